"""What each rank leaves in a folder while it works, for the process that started it: steps, rows, its last words."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.codec import decode, encode
from tensorlab.distributed.record import Crew, Heard
from tensorlab.distributed.rows.record import Product, Replicas, Transfer
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.distributed.rows.record import Row

ROWS = "rows.jsonl"
AGENT = "agent.json"
"""What the process that runs torchrun heard of its workers."""


class Journal:
    """One rank's; each line is written at once, so that nothing is lost with the process."""

    def __init__(self, folder: Path, rank: int) -> None:
        self._path = folder / f"rank-{rank}.jsonl"
        self._rows = folder / ROWS

    def begin(self, step: str) -> None:
        """Say what comes now."""
        self._write({"step": step})

    def failed(self, error: BaseException) -> None:
        """Say why this rank ends."""
        words = str(error).strip().splitlines() or [""]
        self._write({"error": f"{type(error).__name__}: {words[0]}".rstrip(": ")})

    def keep(self, row: Row | Crew) -> None:
        """Hand a row over."""
        heard = Heard(
            crew=row if isinstance(row, Crew) else None,
            transfer=row if isinstance(row, Transfer) else None,
            product=row if isinstance(row, Product) else None,
            replicas=row if isinstance(row, Replicas) else None,
        )
        with self._rows.open("a", encoding="utf-8") as file:
            file.write(json.dumps(encode(heard)) + "\n")

    def _write(self, words: dict[str, str]) -> None:
        line = json.dumps({"pid": os.getpid(), "at": time.time(), **words})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


class RankState(NamedTuple):
    """Where a rank was last seen."""

    pid: int | None = None
    steps: int = 0
    step: str = ""
    at: float = 0.0
    """Seconds since the epoch."""
    error: str = ""


def states(folder: Path, ranks: int) -> list[RankState]:
    """Of every rank, in order; one that left no word has no pid.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as name:
    ...     Journal(Path(name), 1).begin("all_reduce of 4,096 B")
    ...     [(one.steps, one.step) for one in states(Path(name), 2)]
    [(0, ''), (1, 'all_reduce of 4,096 B')]
    """
    return [_state(_lines(folder / f"rank-{rank}.jsonl")) for rank in range(ranks)]


def _state(lines: list[dict[str, object]]) -> RankState:
    steps = [line for line in lines if "step" in line]
    if not lines:
        return RankState()
    pid, at = lines[-1].get("pid"), lines[-1].get("at")
    return RankState(
        pid=pid if isinstance(pid, int) else None,
        steps=len(steps),
        step=str(steps[-1]["step"]) if steps else "",
        at=at if isinstance(at, float) else 0.0,
        error=next((str(line["error"]) for line in lines if "error" in line), ""),
    )


def rows_size(folder: Path) -> int:
    """Bytes of what was handed over so far: it changes with each row.

    >>> from pathlib import Path
    >>> rows_size(Path("no such folder"))
    0
    """
    with suppress(OSError):
        return (folder / ROWS).stat().st_size
    return 0


def rows(folder: Path) -> list[Row | Crew]:
    """What was handed over so far; a line that a dying rank left unfinished is none.

    >>> from pathlib import Path
    >>> rows(Path("no such folder"))
    []
    """
    found: list[Row | Crew] = []
    for line in _lines(folder / ROWS):
        with suppress(TensorlabError):
            heard = decode(Heard, line)
            found += [one for one in (heard.crew, heard.transfer, heard.product, heard.replicas) if one is not None]
    return found


def _lines(path: Path) -> list[dict[str, object]]:
    found = []
    with suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                found.append(json.loads(line))
    return [line for line in found if isinstance(line, dict)]
