"""``tensorlab autograd diff``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import Annotated

import typer

from tensorlab.cli.output import DONE, FINDING, AsciiOption, ColorOption, JsonOption, print_figure


def diff(
    before: Annotated[Path, typer.Argument(metavar="A.json", help="A graph that `autograd graph -o` saved.")],
    after: Annotated[Path, typer.Argument(metavar="B.json", help="The other one.")],
    *,
    max_saved_bytes: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Bytes that B may keep for backward; more is exit code 1.")
    ] = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """What graph B has that graph A has not: nodes, leaves reached, saved bytes.

    Nodes are the same by name, module and line; those of which only the place
    differs have moved. Saved bytes count each byte once, whoever owns it:
    activations, inputs, buffers, parameters. Exit codes: 0 compared, 1 B keeps
    more than N, 2 a file is no graph, 3 a file is not there.

    \b
    Examples:
      tensorlab autograd graph train.py:step -o before.json
      tensorlab autograd diff before.json after.json
      tensorlab autograd diff before.json after.json --max-saved-bytes 4000000
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.graph_pictures import graph_difference
    from tensorlab.diagram.graph_difference import difference_scene
    from tensorlab.render.figure import Figure

    found = graph_difference(before, after, max_saved_bytes=max_saved_bytes)
    print_figure(Figure(found, difference_scene(found)), as_json=as_json, color=color, ascii_only=ascii_only)
    raise typer.Exit(FINDING if found.exceeds else DONE)
