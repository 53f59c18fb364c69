"""Ceilings in a file of the user's cache, one for each machine as it is set up; measured anew when they are stale."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.bench.locking import wait_for_lock
from tensorlab.codec import decode, encode
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = 1
"""Of the file; another one is measured anew."""
DAYS = 30
"""Older ceilings are measured anew."""
VARIABLE = "TENSORLAB_CACHE"
"""Names the folder, where it is set."""
DAMAGED = "the kept ceilings are damaged"
NEEDED = frozenset({"copy", "compute", "dispatch"})
"""Kinds of figures that every machine has."""


class Kept(NamedTuple):
    """What the file holds, or why nothing of it can be used."""

    ceilings: Ceilings | None
    reason: str


def cache_folder(environment: Mapping[str, str], home: Path) -> Path:
    """``TENSORLAB_CACHE``; else ``tensorlab`` in ``XDG_CACHE_HOME``, which has to be absolute; else in ``~/.cache``.

    >>> cache_folder({"TENSORLAB_CACHE": "kept"}, Path("/home/me")).as_posix()
    'kept'
    >>> cache_folder({"XDG_CACHE_HOME": "/var/cache/me"}, Path("/home/me")).as_posix()
    '/var/cache/me/tensorlab'
    >>> cache_folder({"XDG_CACHE_HOME": "not/absolute"}, Path("/home/me")).as_posix()
    '/home/me/.cache/tensorlab'
    """
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    given = Path(environment.get("XDG_CACHE_HOME", ""))
    return (given if given.is_absolute() else home / ".cache") / "tensorlab"


def own_folder() -> Path:
    """The folder for this user, now."""
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        home = Path(tempfile.gettempdir())
    return cache_folder(os.environ, home)


def file_of(folder: Path, fingerprint: str) -> Path:
    """Each machine, and each state of its variables and libraries, has a file of its own."""
    return folder / f"ceilings-{fingerprint}.json"


def load(folder: Path, fingerprint: str, libraries: tuple[tuple[str, str], ...], now: datetime) -> Kept:
    """The kept ceilings, unless they are stale or damaged; then why."""
    path = file_of(folder, fingerprint)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and data.get("schema") != SCHEMA:
            return Kept(None, "the kept ceilings were written by another version of tensorlab")
        ceilings = decode(Ceilings, data)
        age = now - datetime.fromisoformat(ceilings.created)
        if not _whole(ceilings):
            return Kept(None, DAMAGED)
    except FileNotFoundError:
        return Kept(None, _absent(folder))
    except (OSError, ArithmeticError, ValueError, TypeError, TensorlabError, RecursionError):
        return Kept(None, DAMAGED)
    return Kept(None, reason) if (reason := _stale(ceilings, fingerprint, libraries, age)) else Kept(ceilings, "")


def _whole(ceilings: Ceilings) -> bool:
    """Whether they can judge anything at all."""
    there = {one.kind for one in ceilings.figures if one.device == "cpu" and 0 < one.rate < inf}
    return there >= NEEDED and ceilings.threads >= 1


@contextmanager
def measured_alone(folder: Path, fingerprint: str) -> Iterator[None]:
    """While it lasts no other process measures this machine: two at once would each read half of it.

    Where the folder cannot be written, nobody is waited for.
    """
    file = None
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f"ceilings-{fingerprint}.lock").open("ab")
    if file is None:
        yield
        return
    with file:
        wait_for_lock(file)
        yield


def _absent(folder: Path) -> str:
    with suppress(OSError):
        if any(folder.glob("ceilings-*.json")):
            return "none are kept for this machine with these libraries and variables"
    return "none are kept for this machine"


def _stale(ceilings: Ceilings, fingerprint: str, libraries: tuple[tuple[str, str], ...], age: timedelta) -> str:
    if ceilings.fingerprint != fingerprint:
        return "the kept ceilings are those of another machine, or of other variables"
    if ceilings.libraries != libraries:
        changed = ", ".join(
            f"{name} {version}" for name, version in libraries if (name, version) not in ceilings.libraries
        )
        return f"the kept ceilings were measured with other libraries: now {changed or 'fewer'}"
    if not timedelta(0) <= age + timedelta(days=1) <= timedelta(days=DAYS + 1):
        return f"the kept ceilings are {age.days} days old" if age.days > 0 else "the kept ceilings are from the future"
    return ""


def save(folder: Path, ceilings: Ceilings) -> str:
    """Keep them; a reader sees the old file or the new one, and of two writers one wins. "" or why it failed."""
    path = file_of(folder, ceilings.fingerprint)
    text = json.dumps(encode(replace(ceilings, notes=())), separators=(",", ":"))
    name = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".ceilings-", delete=False, encoding="utf-8") as file:
            name = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        with suppress(OSError):
            if name:
                Path(name).unlink()
        return f"they cannot be kept: {error.strerror}"
    return ""


def today() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
