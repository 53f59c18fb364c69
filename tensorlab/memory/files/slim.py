"""A copy of an archive of torch without the bytes that no tensor touches.

No pickle is run, and none is written anew: in the one that is there a few numbers and names change.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import StoreError
from tensorlab.layout.address import extent
from tensorlab.memory.files import archive as archives
from tensorlab.memory.files.archive import is_archive, take_apart
from tensorlab.memory.files.publishing import published, require_new
from tensorlab.memory.files.reading import read_file
from tensorlab.memory.files.record import Slimmed
from tensorlab.memory.files.repacking import Content, alignment_of, pack, pieces, size_of
from tensorlab.memory.files.rewriting import rewritten
from tensorlab.memory.files.source import Source, opened
from tensorlab.memory.files.trimming import references, trim
from tensorlab.memory.files.zipped import entries
from tensorlab.memory.totals import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from tensorlab.memory.files.archive import Archive
    from tensorlab.memory.files.record import FileContent
    from tensorlab.memory.files.trimming import Piece
    from tensorlab.memory.files.zipped import Entry
    from tensorlab.memory.record import MemoryMap

_DENSE = {
    "safetensors file": "safetensors stores each tensor once, in C order, and lets none share",
    "npy file": "an .npy file holds one array and nothing beside it",
    "npz archive": "an .npz archive holds each array once, and lets none share",
}
_SAMPLE = 2**16


class Forecast(NamedTuple):
    """What a slimmed copy would be."""

    nbytes: int
    """Of the whole copy."""
    runs: tuple[tuple[int, int], ...]
    """Positions in the file of the bytes of storages that it would have."""


def slim_file(path: str, output: str) -> Slimmed:
    """Write a copy whose storages hold only what its tensors touch; tensors that shared bytes still do.

    Each group of overlapping extents becomes a storage of its own; everything else in the pickle stays to the byte.
    The copy is never larger: where trimming gains nothing, it is the original's bytes.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It cannot be read, refers to its storages in a way that is not followed, or the output is there
            already, or cannot be written.
    """
    content = read_file(path)
    if content.kind in _DENSE:
        size = content.nbytes
        return Slimmed(path=path, output=None, before=size, after=size, reason=_DENSE[content.kind])
    if content.kind != "torch archive":
        raise StoreError(f"a {content.kind} is not slimmed", hint="save the module's state_dict() and slim that")
    require_new(output, path)
    with opened(path) as source:
        found = entries(source)
        if not is_archive(found):
            raise source.refused("it changed while it was read")
        return _slimmed(take_apart(source, found), output)


def forecast(path: str) -> Forecast | None:
    """How large the slimmed copy of an archive of torch would be, from the same plan; None where it is refused.

    Raises:
        UnavailableError: There is no such file.

    >>> forecast("nowhere.pt")
    Traceback (most recent call last):
    tensorlab.errors.UnavailableError: there is no file 'nowhere.pt'
    hint: name a file that is there
    """
    try:
        with opened(path) as source:
            archive = take_apart(source, entries(source))
            plan = trim(references(archive))
            contents = list(_contents(archive, rewritten(archive.pickle, plan.edits), plan.pieces))
            nbytes = size_of(contents, alignment_of(entry.position for entry in archive.entries))
            runs = tuple((piece.start, piece.start + piece.nbytes) for piece in plan.pieces)
            return Forecast(nbytes, runs) if nbytes < source.size else None
    except StoreError:
        return None


def _slimmed(archive: Archive, output: str) -> Slimmed:
    source = archive.source
    try:
        plan = trim(references(archive))
        contents = list(_contents(archive, rewritten(archive.pickle, plan.edits), plan.pieces))
    except StoreError as error:
        raise source.refused(error.message, hint=error.hint) from error
    alignment = alignment_of(entry.position for entry in archive.entries)
    after, reason = size_of(contents, alignment), ""
    if after >= source.size:
        after, reason = source.size, "no byte to drop: the copy has the original's bytes"
    mode = os.fstat(source.descriptor).st_mode & 0o777
    with published(output, mode) as stream:
        if reason:
            for piece in _copied(source, 0, source.size)():
                stream.write(piece)
        else:
            pack(stream, contents, alignment)
        stream.flush()
        _require_same(archive, stream)
    return Slimmed(
        path=source.path,
        output=output,
        before=source.size,
        after=after,
        storages=len(archive.rebuilder.records) if reason else len(plan.pieces),
        reason=reason,
    )


def _contents(archive: Archive, pickle: bytes, storages: Iterable[Piece]) -> Iterator[Content]:
    """The records of the copy: storages in the place of the first one, the rest in the order in which they lie."""
    data = f"{archive.prefix}data/"
    trimmed = [_content(archive.source, f"{data}{piece.key}", piece.start, piece.nbytes) for piece in storages]
    for entry in sorted(archive.entries, key=lambda entry: entry.start):
        if entry.name.startswith(data):
            yield from trimmed
            trimmed = []
        elif entry.name == f"{archive.prefix}data.pkl":
            yield Content(entry.name, len(pickle), lambda: [pickle])
        else:
            yield _whole(archive.source, entry)


def _whole(source: Source, entry: Entry) -> Content:
    return _content(source, entry.name, entry.position, entry.nbytes)


def _content(source: Source, name: str, start: int, nbytes: int) -> Content:
    return Content(name, nbytes, _copied(source, start, nbytes))


def _copied(source: Source, start: int, nbytes: int) -> Callable[[], Iterable[bytes]]:
    return lambda: (source.take(start + at, size) for at, size in pieces(nbytes))


def _require_same(archive: Archive, stream: BinaryIO) -> None:
    """The copy, read back, tells the same tensors, and their first and last bytes are the same."""
    copy = Source(archive.source.path, os.fstat(stream.fileno()).st_size, stream.fileno())
    old = archives.read(archive.source, archive.entries)
    new = archives.read(copy, entries(copy))
    if not _is_same(old, new) or not all(_reads_same(archive.source, copy, *pair) for pair in _paired(old, new)):
        raise archive.source.refused("its copy would not be the same", hint="nothing was written")


def _leaves(content: FileContent) -> list[MemoryMap]:
    return [leaf for name, memory in content.tensors for _, leaf in leaves(memory, name)]


def _paired(old: FileContent, new: FileContent) -> Iterator[tuple[MemoryMap, MemoryMap]]:
    return zip(_leaves(old), _leaves(new), strict=True)


def _is_same(old: FileContent, new: FileContent) -> bool:
    """Whether names, shapes, strides and bits are, and tensors of one new storage lie as they lay in one old one."""
    if [_facts(memory) for memory in _leaves(old)] != [_facts(memory) for memory in _leaves(new)]:
        return False
    if [name for name, _ in old.tensors] != [name for name, _ in new.tensors]:
        return False
    moved: dict[int, tuple[int, int]] = {}
    for before, after in _paired(old, new):
        was, now = _first(before), _first(after)
        if was is not None and now is not None and was[1] < was[2]:
            delta = (was[0], now[1] - was[1])
            if moved.setdefault(now[0], delta) != delta:
                return False
    return True


def _facts(memory: MemoryMap) -> tuple[object, ...]:
    strides = None if memory.layout is None else memory.layout.strides
    whole = memory.storage.nbytes if memory.layout is None and memory.storage else None
    return memory.type, memory.shape, memory.dtype, strides, memory.traits, whole


def _first(memory: MemoryMap) -> tuple[int, int, int] | None:
    """Positions in the file: of the storage, of the first byte that is touched, of the one behind the last."""
    if memory.storage is None or memory.storage.address is None:
        return None
    start = memory.storage.address
    if memory.layout is None:
        return start, start, start + (memory.storage.nbytes or 0)
    touched = extent(memory.layout)
    return start, start + touched.start, start + touched.stop


def _reads_same(old: Source, new: Source, before: MemoryMap, after: MemoryMap) -> bool:
    """Whether the first and the last bytes that are touched are the same."""
    was, now = _first(before), _first(after)
    if was is None or now is None:
        return was is now
    if was[1] == was[2]:
        return now[1] == now[2]  # no elements: where they would begin may lie outside the file
    size = min(_SAMPLE, was[2] - was[1])
    heads = old.take(was[1], size) == new.take(now[1], size)
    return heads and old.take(was[2] - size, size) == new.take(now[2] - size, size)
