"""``tensorlab autograd graph``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure, say
from tensorlab.quantity import Quantity

_MOST_OF_DOT = 5_000
"""Nodes that graphviz's dot places while one waits."""


def graph(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="alexnet, module:function or path.py:function.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Save as .svg, .html, .dot, .mmd, .json, .txt or .png instead."
        ),
    ] = None,
    batch: Annotated[int | None, typer.Option(metavar="N", help="Images that alexnet is given; 1 if left out.")] = None,
    train: Annotated[bool, typer.Option("--train", help="Put the module into training mode.")] = False,
    shape: Annotated[
        str, typer.Option("--input", metavar="SHAPE", help="Of the input of a module that a function gives: 8,3,32,32.")
    ] = "",
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Draw the autograd graph of a network or of what a function gives.

    TARGET is run once, under a recording, so that nodes tell their module and
    line. A function takes no arguments and gives a loss, outputs, or a module
    (then --input); "return model, loss" names the parameters.

    Without -o the tree is printed, the loss at its top; a node that several lead
    to is drawn once. The suffix of FILE says the format: a picture (.svg, .png),
    a page to search and fold (.html), DOT, Mermaid, JSON for `autograd diff`.
    What repeats is one box with a count; DOT and JSON hold every node.

    \b
    Examples:
      tensorlab autograd graph alexnet --train
      tensorlab autograd graph train.py:step -o step.html
      tensorlab autograd graph models.py:resnet --input 1,3,224,224 -o resnet.svg
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.autograd_targets import run_target
    from tensorlab.api.graph_pictures import graph_figure, save_graph

    found = run_target(target, batch=batch, train=train, shape=shape).graph()
    saved = None if output is None else save_graph(found, output)
    if saved is None or as_json:
        print_figure(graph_figure(found), as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {found}, {Quantity(saved.stat().st_size, 'B')}")
        if saved.suffix == ".dot" and len(found) > _MOST_OF_DOT:
            say(f"note: graphviz's dot does not place {len(found):,} nodes in minutes; .svg and .html are folded")
