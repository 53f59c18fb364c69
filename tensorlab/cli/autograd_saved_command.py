"""``tensorlab autograd saved``."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure, say

By = Literal["module", "line", "slot"]


def saved(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="alexnet, module:function or path.py:function.")],
    *,
    batch: Annotated[int | None, typer.Option(metavar="N", help="Images that alexnet is given; 1 if left out.")] = None,
    train: Annotated[bool, typer.Option("--train", help="Put the module into training mode.")] = False,
    shape: Annotated[
        str, typer.Option("--input", metavar="SHAPE", help="Of the input of a module that a function gives: 8,3,32,32.")
    ] = "",
    by: Annotated[
        By | None, typer.Option(help="What has a row; modules if left out, or lines where there are none.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Rows of that table.")] = 12,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """What the nodes of a graph keep for backward, each byte counted once.

    TARGET is run once, under a recording. A function takes no arguments and gives
    a loss, outputs, or a module (then --input); "return model, loss" names the
    parameters. The first line tells every slot as it is, then whose bytes they
    are: parameters, activations, input, and what was counted more than once.

    \b
    Examples:
      tensorlab autograd saved alexnet --batch 1 --train
      tensorlab autograd saved train.py:step --by line --limit 20
      tensorlab autograd saved models.py:resnet --input 8,3,224,224 --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.autograd_targets import run_target
    from tensorlab.codec import encode
    from tensorlab.diagram.ledger import ledger_scene
    from tensorlab.render.figure import Figure

    ledger = run_target(target, batch=batch, train=train, shape=shape).graph().saved()
    if as_json:
        say(json.dumps(encode(ledger), indent=2))
        return
    say(f"{ledger}\n")
    figure = Figure(ledger, ledger_scene(ledger, by, limit))
    print_figure(figure, as_json=False, color=color, ascii_only=ascii_only)
