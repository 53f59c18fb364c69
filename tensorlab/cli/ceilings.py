"""``tensorlab ceilings``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import DONE, INTERRUPTED, AsciiOption, ColorOption, JsonOption, OutputOption, print_figure
from tensorlab.cli.progress import progress_bar


def ceilings(
    *,
    again: Annotated[bool, typer.Option("--again", help="Measure even where kept ceilings can be used.")] = False,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """The limits of this machine: memory, products, calls, new memory, transfers.

    Measured in about half a minute, and kept with the machine's fingerprint; measured anew where that or a library
    changed, after 30 days, or with --again. TENSORLAB_CACHE names the folder; otherwise it is tensorlab in
    XDG_CACHE_HOME or in ~/.cache. Exit codes: 0 done, 130 interrupted (what was measured is printed, and not kept).

    \b
    Examples:
      tensorlab ceilings
      tensorlab ceilings --again
      tensorlab ceilings -o ceilings.html
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.machine_limits import ceilings_so_far, draw_ceilings

    with progress_bar() as watch:
        measured = ceilings_so_far(again=again, progress=watch)
    figure = draw_ceilings(measured)
    if output is not None:
        figure.save(output)
    else:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    raise typer.Exit(INTERRUPTED if measured.interrupted else DONE)
