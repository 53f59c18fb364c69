"""``tensorlab bench stride``."""

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


def stride(
    *,
    output: OutputOption = None,
    full: Annotated[bool, typer.Option("--full/--quick", help="Twice the memory, more rounds: a minute.")] = False,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """What strides cost: time an element, lines and pages touched, beside a time predicted from the layout.

    Sum and copy in torch and NumPy with strides of 1 to 4096 elements; rows
    against columns, transposed, expanded, channels last, unaligned, gather. The
    cache lines and pages that a layout touches are counted exactly; probes beside
    the rows tell what each costs here. Exit codes: 0 measured, 130 interrupted
    (the rounds that are whole are printed).

    \b
    Examples:
      tensorlab bench stride
      tensorlab bench stride --full -o stride.svg
      tensorlab bench stride --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.stride_costs import stride_costs
    from tensorlab.bench.striding.record import StrideRun

    with progress_bar() as watch:
        figure = stride_costs(full=full, progress=watch)
    run = figure.data
    assert isinstance(run, StrideRun)
    saved = None if output is None else figure.save(output)
    if saved is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {run}")
    raise typer.Exit(INTERRUPTED if run.interrupted else DONE)
