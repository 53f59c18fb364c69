"""``tensorlab bench chase``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import (
    DONE,
    INTERRUPTED,
    AsciiOption,
    ColorOption,
    JsonOption,
    OutputOption,
    print_figure,
    say,
)
from tensorlab.cli.progress import progress_bar


def chase(
    *,
    output: OutputOption = None,
    full: Annotated[bool, typer.Option("--full/--quick", help="A list of ten million too, more repeats.")] = False,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """What following pointers costs, and the size at which one container overtakes another.

    A list is summed in the order in which its floats were allocated, and shuffled.
    Lists, array.array, NumPy and torch are measured in pairs for add, sum and
    matmul; sizes are halved until the ratio's interval tells which is faster.
    Exit codes: 0 measured, 130 interrupted (what was measured is printed).

    \b
    Examples:
      tensorlab bench chase
      tensorlab bench chase --full -o chase.html
      tensorlab bench chase --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.pointer_costs import pointer_costs
    from tensorlab.bench.chasing.record import ChaseRun

    with progress_bar() as watch:
        figure = pointer_costs(full=full, progress=watch)
    run = figure.data
    assert isinstance(run, ChaseRun)
    saved = None if output is None else figure.save(output)
    if saved is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {run}")
    raise typer.Exit(INTERRUPTED if run.interrupted else DONE)
