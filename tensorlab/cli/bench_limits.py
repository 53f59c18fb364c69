"""What a run of benchmarks says of the machine's limits: that they are measured first, and where they are drawn."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from tensorlab.errors import UnsupportedError
from tensorlab.progress import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.progress import Progress

PICTURES = frozenset({".svg", ".html", ".png", ".txt"})
"""Endings of files that a figure is saved in."""
LINES = frozenset({"", ".json", ".jsonl"})
"""Those of files of JSON lines."""
FIRST = "note: measuring the ceilings of this machine first, about 20 s; they are kept for the next run"


def drawn_into(output: Path | None) -> tuple[Path | None, Path | None]:
    """The file for the picture, and the one for the JSON lines: which of them was named, its ending says.

    Raises:
        UnsupportedError: It says neither.

    >>> from pathlib import Path
    >>> drawn_into(Path("roof.svg"))[1], drawn_into(Path("run.jsonl"))[0]
    (None, None)
    """
    if output is None or output.suffix.lower() in LINES:
        return None, output
    if output.suffix.lower() in PICTURES:
        return output, None
    told = f"{output} has no ending of a picture or of JSON lines"
    raise UnsupportedError(told, hint=f"choose {', '.join(sorted(PICTURES))} or .jsonl")


def telling(watch: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """The same, and words on stderr when ceilings begin to be measured, and when they have been."""
    begun: list[float] = []
    ended: list[float] = []

    def told(progress: Progress) -> None:
        limits = progress.label.startswith(LIMITS)
        if limits and not begun:
            begun.append(monotonic())
            print(FIRST, file=sys.stderr, flush=True)
        elif begun and not limits and not ended:
            ended.append(monotonic())
            print(f"note: they took {ended[0] - begun[0]:.0f} s", file=sys.stderr, flush=True)
        watch(progress)

    return told
