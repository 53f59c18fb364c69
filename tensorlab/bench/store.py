"""Runs as JSON lines: a header, then one row a line, each on disk before the next is written.

Schema history:
    1: header {kind, schema, created, profile, threads, fingerprint, host}; rows {kind: run, ...Run} and
       {kind: skipped, ...Skipped}.
    2: the header says what was asked for and what measuring itself costs; {kind: ceilings, ...Ceilings} before the
       first row holds the machine's ceilings; a case says cache and allocation; a run says its process, its clock, who
       ran in turns with it, its ceiling, and for each block the processor's seconds, turn, round, repeat, switches,
       faults, the seconds of all threads and the waits; a skipped case says its process. Files of schema 1 still load.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.bench.locking import locked
from tensorlab.bench.record import Header, Run, Skipped
from tensorlab.bench.schema import SCHEMA, upgraded
from tensorlab.codec import decode, encode
from tensorlab.errors import StoreError, UnavailableError

if TYPE_CHECKING:
    from types import TracebackType

Record = TypeVar("Record")
_CEILINGS = b'{"kind":"ceilings",'
KINDS: dict[str, type[Run | Skipped]] = {"run": Run, "skipped": Skipped}


class Loaded(NamedTuple):
    """What a file holds."""

    header: Header
    rows: tuple[Run | Skipped, ...]
    truncated: bool
    """Whether the last line was cut off, by a crash for one: it is left out."""


class Store:
    """An open file that rows are appended to; nobody else can write it meanwhile. Use it in a ``with`` block.

    Args:
        path: The file; its folder is made. A file with content is not overwritten.
        header: Its first line.
        resume: Whether to go on with the file that is there: a last line that was cut off is taken away.

    Raises:
        StoreError: The file exists already, is being written by another process, or cannot be written.
    """

    def __init__(self, path: Path, header: Header, *, resume: bool = False) -> None:
        self.path = path
        self._ahead = b""
        """Written before the next row: the ceilings before the first."""
        if not resume:
            require_new(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)  # with a buffer, closing would write again what failed before
        except (OSError, ValueError) as error:
            raise _unwritable(path, error) from error
        try:
            self._begin(header, resume=resume)
        except OSError as error:
            self._file.close()
            raise error if isinstance(error, StoreError) else _unwritable(path, error) from error

    def _begin(self, header: Header, *, resume: bool) -> None:
        if not locked(self._file):
            hint = "wait until it has ended, or choose another file"
            raise StoreError(f"{self.path} is being written by another process", hint=hint)
        if resume:
            there = self.path.read_bytes()
            keep = there.rfind(b"\n") + 1
            self._file.truncate(keep)
            if keep:
                self._ahead = b"" if _CEILINGS in there else _limits(header)
                return
        elif _has_content(self.path):  # somebody else was there in between
            raise StoreError(f"{self.path} exists already", hint="choose another name, or move it away")
        self._write(_line("header", replace(header, ceilings=None)))
        self._ahead = _limits(header)

    def append(self, row: Run | Skipped) -> None:
        """Write a row; it is on disk when this returns.

        Raises:
            StoreError: The file cannot be written any more.
        """
        line = _line("run" if isinstance(row, Run) else "skipped", row)
        try:
            self._write(self._ahead + line)
            self._ahead = b""
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}") from error

    def _write(self, rest: bytes) -> None:
        while rest:  # a disk that fills up takes a part, and refuses the rest
            rest = rest[self._file.write(rest) :]
        if self.path.is_file():  # a pipe or a device has no disk below it
            os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # every row was on disk when it was appended, or its append has said why not
            self._file.close()


def require_new(path: Path) -> None:
    """Refuse a file with content: it would be overwritten.

    Raises:
        StoreError: It exists already.
    """
    if _has_content(path):
        hint = "choose another name, move it away, or go on with it: --resume"
        raise StoreError(f"{path} exists already", hint=hint)


def _has_content(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError | ValueError) -> StoreError:
    """The words of the system; those of Python where a path has a sign that no path has."""
    reason = getattr(error, "strerror", None) or error
    return StoreError(f"{path} cannot be written: {reason}", hint="choose another file")


def default_path(folder: Path, now: datetime, number: int = 1) -> Path:
    """Where a run is written when nobody says where; the number tells apart runs that one process starts in a second.

    >>> default_path(Path("."), datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)).name.startswith("bench-20260131T120005Z-")
    True
    """
    last = f"-{number}" if number > 1 else ""
    return folder / f"bench-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}{last}.jsonl"


def new_file(folder: Path, now: datetime) -> Path:
    """A new, empty file with the first default name that is free; nobody else can have taken it.

    Raises:
        StoreError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return next(path for path in (default_path(folder, now, n) for n in count(1)) if _created(path))
    except OSError as error:
        raise StoreError(f"{default_path(folder, now)} cannot be written: {error.strerror}") from error


def _created(path: Path) -> bool:
    """Whether the file was made just now: the system makes it, or says that it is there, in one step."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def open_store(path: Path | None, header: Header, *, resume: bool = False) -> tuple[Store, str]:
    """The store, and a sentence where it is not in the usual place.

    Without a path it is a new file under ``runs`` in the current folder, or in the temporary folder where that cannot
    be written.

    Raises:
        StoreError: The path that was given cannot be written.
    """
    if path is not None:
        return Store(path, header, resume=resume), ""
    now = datetime.fromisoformat(header.created)
    try:
        return Store(new_file(Path("runs"), now), header), ""
    except StoreError as error:
        store = Store(new_file(Path(tempfile.gettempdir()), now), header)
        return store, f"{error.message}; writing to {store.path}"


def load(path: Path) -> Loaded:
    """Read a file back. A last line that was cut off is left out, and said.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It cannot be read, or is no file of runs.
    """
    try:
        *whole, rest = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise UnavailableError(f"there is no file {str(path)!r}", hint="tensorlab bench writes one") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {getattr(error, 'strerror', 'it is no text')}") from error
    if not whole:
        raise StoreError(f"{path} is no file of runs: it has no header", hint="name a file that `bench` wrote")
    header = _header(path, whole[0])
    lines = list(enumerate(whole[1:], start=2))
    if lines and lines[0][1].startswith(_CEILINGS.decode()):
        number, line = lines.pop(0)
        data = {name: value for name, value in _object(path, number, line).items() if name != "kind"}
        header = replace(header, ceilings=_decoded(path, number, Ceilings, data))
    rows = tuple(_row(path, number, line, header.schema) for number, line in lines)
    return Loaded(header, rows, truncated=rest != "")


def _header(path: Path, line: str) -> Header:
    data = _object(path, 1, line)
    if data.pop("kind", None) != "header":
        raise StoreError(f"{path} is no file of runs: its first line is no header")
    schema = data.get("schema")
    if type(schema) is not int or not 1 <= schema <= SCHEMA:
        raise StoreError(f"{path} has schema {schema!r}; this version reads 1 to {SCHEMA}")
    return _decoded(path, 1, Header, upgraded("header", data, schema))


def _row(path: Path, number: int, line: str, schema: int) -> Run | Skipped:
    data = _object(path, number, line)
    word = str(data.pop("kind", None))
    kind, data = KINDS.get(word), upgraded(word, data, schema)
    if kind is None:
        raise StoreError(f"{path}, line {number}: neither a run nor a skipped case")
    return _decoded(path, number, kind, data)


def _decoded(path: Path, number: int, kind: type[Record], data: dict[str, Any]) -> Record:
    try:
        return decode(kind, data)
    except StoreError as error:
        raise StoreError(f"{path}, line {number}: {error.message}", hint=error.hint) from error


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise StoreError(f"{path}, line {number}: not JSON: {error}", hint="name a file that `bench` wrote") from error
    if not isinstance(data, dict):
        raise StoreError(f"{path}, line {number}: expected an object, got {type(data).__name__}")
    return data


def _line(kind: str, record: Header | Run | Skipped | Ceilings) -> bytes:
    data = encode(record)
    assert isinstance(data, dict)
    return (json.dumps({"kind": kind, **data}, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _limits(header: Header) -> bytes:
    return b"" if header.ceilings is None else _line("ceilings", header.ceilings)
