"""Penalties that were measured on this machine before, in a file of the user's cache beside the ceilings."""

from __future__ import annotations

import json
import os
import tempfile
import time
from math import isfinite
from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.keeping import DAYS, own_folder

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86400.0


def load(machine: str, question: str, now: float | None = None) -> float | None:
    """What was measured, unless it is older than ceilings may be; None where nothing of it can be used.

    Args:
        machine: Fingerprint of its libraries and variables.
        question: Which probe, and which cure.
        now: Seconds since 1970; the clock's where None.
    """
    moment = time.time() if now is None else now
    entry = _entries(machine).get(question)
    if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(one, (int, float)) for one in entry):
        return None
    times, made = float(entry[0]), float(entry[1])
    fresh = -DAY <= moment - made <= DAYS * DAY
    return times if fresh and isfinite(times) and times > 0 else None


def save(machine: str, question: str, times: float, now: float | None = None) -> None:
    """Keep it beside what is kept already; a reader sees the old file or the new one.

    Raises:
        OSError: The folder cannot be written.
    """
    path = _path(machine)
    entries = {**_entries(machine), question: [times, time.time() if now is None else now]}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".penalties-", delete=False, encoding="utf-8"
    ) as file:
        file.write(json.dumps(entries))
    os.replace(file.name, path)  # noqa: PTH105 - two names of one folder


def _path(machine: str) -> Path:
    return own_folder() / f"penalties-{machine}.json"


def _entries(machine: str) -> dict[str, object]:
    try:
        data = json.loads(_path(machine).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
