"""``tensorlab bench report``: a run as a page that stands alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tensorlab.cli.output import say


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="JSON lines that `tensorlab bench` wrote.")],
    more: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[MORE.json]...",
            help="What --json of ceilings, alexnet, bench stride, chase, crossover or aa printed.",
        ),
    ] = None,
    *,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The page; report.html if left out.", show_default=False),
    ] = Path("report.html"),
) -> None:
    """Write a run as one HTML page: tables, plots, doubts, environment, raw data.

    The page asks for nothing outside itself. Rooflines, plots by size and AlexNet
    are drawn of the run; roofs, strides, pointers and layers of the files that
    are named behind it. Exit codes: 0 written, 2 a file is damaged or of another
    kind, 3 a file is not there, or matplotlib is not (the extra plot).

    \b
    Examples:
      tensorlab bench report runs/a.jsonl -o report.html
      tensorlab bench report runs/a.jsonl ceilings.json stride.json -o report.html
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.run_report import run_report
    from tensorlab.render.saving import save

    page = run_report(run, *(more or ()))
    saved = save(output, {".html": lambda: page, ".htm": lambda: page})
    say(f"{saved}: {len(page.encode()):,} B")
