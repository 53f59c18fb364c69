"""Progress as a bar on stderr; nothing where stderr is no terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.progress import Progress

BAR = 20
"""Columns of the bar itself. The columns beside it have fixed widths too, so that it does not jump."""


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """What a long piece of work calls with its progress; the bar is gone when the block ends.

    Until the first call nobody knows how much there is: libraries are being loaded.
    """
    if not sys.stderr.isatty():
        yield lambda progress: None  # noqa: ARG005 - nobody watches
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    console = Console(stderr=True)
    colorless = console.no_color or console.color_system is None
    columns = (
        TextColumn("{task.fields[bar]}", markup=False) if colorless else BarColumn(bar_width=BAR),
        MofNCompleteColumn(table_column=Column(width=9)),
        TimeRemainingColumn(table_column=Column(width=7)),
        TextColumn("{task.description}", markup=False, table_column=Column(width=36, no_wrap=True)),
    )

    def watch(progress: Progress) -> None:
        done, total = progress.done, progress.total
        bar.update(task, description=progress.label, completed=done, total=total, bar=plain_bar(done, total))

    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("loading", total=None, bar=plain_bar(0, 0))
        yield watch


def plain_bar(done: int, total: int) -> str:
    """A bar that needs no colour.

    >>> plain_bar(1, 4), plain_bar(0, 0)
    ('#####---------------', '--------------------')
    """
    filled = BAR * done // total if total else 0
    return "#" * filled + "-" * (BAR - filled)
