"""Progress on stderr: a bar in a terminal; elsewhere nothing, or a line now and then."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.progress import Progress

BAR = 20
"""Columns of the bar itself. The columns beside it have fixed widths too, so that it does not jump."""
SELDOM = 5.0
"""Seconds between lines where there is no terminal; what takes less says nothing."""


@contextmanager
def progress_bar(*, lines: bool = False) -> Iterator[Callable[[Progress], None]]:
    """What a long piece of work calls with its progress; the bar is gone when the block ends.

    Until the first call nobody knows how much there is: libraries are being loaded.

    Args:
        lines: Whether a log that is no terminal gets a line now and then.
    """
    if not sys.stderr.isatty():
        yield progress_lines() if lines else lambda progress: None  # noqa: ARG005 - nobody watches
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


def progress_lines(now: Callable[[], float] = time.monotonic) -> Callable[[Progress], None]:
    """What writes a line to stderr every few seconds: how much is done, and about how long the rest takes.

    >>> from tensorlab.progress import Progress
    >>> progress_lines()(Progress("add", 0, 3))
    """
    began: list[float] = []
    told: list[float] = []

    def watch(progress: Progress) -> None:
        moment = now()
        if not began:
            began.append(moment)
            told.append(moment)
        if progress.done == progress.total:
            words = f"{progress.done} of {progress.total} done in {rough(moment - began[0])}"
            if len(told) > 1:
                print(words, file=sys.stderr, flush=True)
        elif moment - told[-1] >= SELDOM:
            told.append(moment)
            spent = moment - began[0]
            left = spent * (progress.total - progress.done) / progress.done if progress.done else None
            words = f"about {rough(left)} left" if left is not None else f"{rough(spent)} so far"
            print(f"{progress.done} of {progress.total} done, {words}: {progress.label}", file=sys.stderr, flush=True)

    return watch


def rough(seconds: float) -> str:
    """Seconds as people say them.

    >>> rough(0.4), rough(59), rough(100), rough(3600 * 2.5)
    ('1 s', '59 s', '1 min 40 s', '2 h 30 min')
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def plain_bar(done: int, total: int) -> str:
    """A bar that needs no colour.

    >>> plain_bar(1, 4), plain_bar(0, 0)
    ('#####---------------', '--------------------')
    """
    filled = BAR * done // total if total else 0
    return "#" * filled + "-" * (BAR - filled)
