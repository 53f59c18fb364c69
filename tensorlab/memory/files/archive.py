"""Archives that torch.save writes: a zip of a pickle and of the storages that it refers to. The pickle is not run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.memory.files.inert import interpret
from tensorlab.memory.files.naming import walk
from tensorlab.memory.files.rebuilding import Rebuilder
from tensorlab.memory.files.record import FileContent
from tensorlab.memory.files.source import quoted
from tensorlab.memory.files.suspects import is_hostile, is_known
from tensorlab.memory.files.zipped import STORED, other_method
from tensorlab.memory.record import Doubt, Storage
from tensorlab.quantity import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.memory.files.inert import Said
    from tensorlab.memory.files.nodes import Node
    from tensorlab.memory.files.source import Source
    from tensorlab.memory.files.zipped import Entry

_PICKLE = "data.pkl"
_NAMED = 8
"""Names that one sentence lists."""
_LETTERS = 80
"""Of a name in a sentence."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive of torch, taken apart."""

    source: Source
    prefix: str
    """The folder that all records are in, with its slash."""
    entries: tuple[Entry, ...]
    pickle: bytes
    said: Said
    rebuilder: Rebuilder

    def tensors(self) -> list[tuple[str, Node]]:
        """Every tensor, and every storage that stands for itself, by its name."""
        return list(walk(self.said.root, self.rebuilder.beside))


def is_archive(entries: Sequence[Entry]) -> bool:
    """Whether a zip has the pickle that torch writes."""
    return bool(_pickles(entries))


def _pickles(entries: Sequence[Entry]) -> list[Entry]:
    """The records of that name in a folder of their own."""
    return [entry for entry in entries if entry.name.count("/") == 1 and entry.name.endswith(f"/{_PICKLE}")]


def take_apart(source: Source, entries: tuple[Entry, ...]) -> Archive:
    """The archive of these records.

    Raises:
        StoreError: It is compressed, damaged, or its pickle would run more than data needs.
    """
    pickles = _pickles(entries)
    if len(pickles) != 1:
        raise source.refused(f"it has {len(pickles)} records called {_PICKLE}", hint="torch.save writes one")
    prefix = pickles[0].name.removesuffix(_PICKLE)
    code = f"{prefix}code/"  # of a script, which torch deflates
    for entry in entries:
        if entry.method != STORED and not entry.name.startswith(code):
            raise _compressed(source, entry)
    pickle = source.take(pickles[0].position, pickles[0].nbytes)
    try:
        said = interpret(pickle)
    except StoreError as error:
        raise source.refused(error.message) from error
    _require_data(source, said)
    order = _byte_order(source, prefix, entries)
    return Archive(source, prefix, entries, pickle, said, Rebuilder(_records(source, prefix, entries), order))


def _compressed(source: Source, entry: Entry) -> StoreError:
    if entry.method != 8:
        return other_method(source, entry)
    return source.refused(
        f"its record {quoted(entry.name)} is compressed; torch.save stores records as they are",
        hint="load it and save it again",
    )


def _require_data(source: Source, said: Said) -> None:
    hostile = sorted(name for name in said.called if is_hostile(name) or name.removesuffix("()") in said.astray)
    if hostile:
        raise source.refused(
            f"to load it is to call {', '.join(name[:_LETTERS] for name in hostile[:_NAMED])}; nothing of it was run",
            hint="it is a program, not data: do not load it with weights_only=False",
        )


def _byte_order(source: Source, prefix: str, entries: Sequence[Entry]) -> str:
    """Of the elements; files without a word for it are little-endian."""
    found = next((entry for entry in entries if entry.name == f"{prefix}byteorder"), None)
    if found is None:
        return "little"
    word = source.take(found.position, min(found.nbytes, 16)).decode("ascii", "replace")
    if word not in {"little", "big"}:
        raise source.refused(f"its byte order is {word!r}; little or big is expected")
    return word


def _records(source: Source, prefix: str, entries: Sequence[Entry]) -> dict[str, Storage]:
    start = f"{prefix}data/"
    return {
        entry.name.removeprefix(start): Storage(
            device="file", address=entry.position, nbytes=entry.nbytes, owner=entry.name, path=source.path
        )
        for entry in entries
        if entry.name.startswith(start)
    }


def read(source: Source, entries: tuple[Entry, ...]) -> FileContent:
    """The tensors of an archive.

    Raises:
        StoreError: It is compressed, damaged, or its pickle would run more than data needs.
    """
    archive = take_apart(source, entries)
    try:
        tensors = tuple((name, archive.rebuilder.tensor(node)) for name, node in archive.tensors())
    except StoreError as error:
        raise source.refused(error.message) from error
    unread = tuple(name for name in archive.said.names if not is_known(name))
    script = any(entry.name == f"{archive.prefix}constants.pkl" for entry in entries)
    called = tuple(name for name in unread if not archive.said.called.isdisjoint({name, f"{name}()"}))
    return FileContent(
        path=source.path,
        kind="TorchScript archive" if script else "torch archive",
        nbytes=source.size,
        tensors=tensors,
        records=tuple(archive.rebuilder.records.values()),
        unread=unread,
        doubts=_doubts(unread, called, archive.rebuilder.order, tensors=len(tensors)),
    )


def _doubts(unread: Sequence[str], called: Sequence[str], order: str, *, tensors: int) -> tuple[Doubt, ...]:
    doubts = []
    if order == "big" and tensors:
        doubts.append(Doubt("big-endian", "elements are big-endian: torch swaps their bytes when it loads them"))
    if unread:
        text = f"not read: {listed([name[:_LETTERS] for name in unread], _NAMED)}"
        doubts.append(Doubt("unread", text, "tensors that only such an object would make are not counted"))
    if called:
        text = f"pickle calls when it loads the file: {listed([name[:_LETTERS] for name in called], _NAMED)}"
        doubts.append(Doubt("unread", text, "load it with weights_only=True, which calls only what torch trusts"))
    return tuple(doubts)
