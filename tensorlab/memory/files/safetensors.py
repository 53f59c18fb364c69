"""Files of safetensors: a header of JSON, then the elements, each tensor in C order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.memory.files.dtypes import SUB_BYTE, of_safetensors
from tensorlab.memory.files.record import FileContent
from tensorlab.memory.files.source import quoted
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.files.source import Source

MOST_HEADER = 100_000_000
"""Bytes; the format's own limit."""
_MOST_OBJECTS = 250_000
_MOST_COMMAS = 4_000_000
_MOST_AXES = 64
_HOW = "is it whole, and a safetensors file?"


class _Told(NamedTuple):
    """What the header says of one tensor."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


def looks_like(source: Source) -> bool:
    """Whether a file begins as those of safetensors do: a length, then a brace.

    >>> from tensorlab.memory.files.source import opened
    >>> with opened(__file__) as source:
    ...     looks_like(source)
    False
    """
    if source.size < 9:
        return False
    start = source.take(0, 9)
    return start[8:] == b"{" and start[:2] != b"PK"


def read(source: Source) -> FileContent:
    """The tensors of the file.

    Raises:
        StoreError: The header is longer than the file or than the format allows, no JSON, or tells no tensors.
    """
    size = int.from_bytes(source.take(0, 8), "little")
    if size > min(MOST_HEADER, source.size - 8):
        raise source.refused(
            f"its header would be {size:,} B; the file has {source.size:,} B, the format allows {MOST_HEADER:,} B",
            hint=_HOW,
        )
    told = _told(source, source.take(8, size))
    data = 8 + size
    tensors = tuple((each.name, _memory(source, each, data)) for each in told)
    held = Storage(device="file", address=data, nbytes=source.size - data, owner="data", path=source.path)
    return FileContent(
        path=source.path,
        kind="safetensors file",
        nbytes=source.size,
        tensors=tensors,
        records=tuple(memory.storage for _, memory in tensors if memory.storage) + _gaps(told, held),
        doubts=_doubts(told, source.size - data),
    )


def _told(source: Source, header: bytes) -> list[_Told]:
    if header.count(b"{") + header.count(b"[") > 2 * _MOST_OBJECTS or header.count(b",") > _MOST_COMMAS:
        raise source.refused(f"its header of {len(header):,} B tells more than {_MOST_OBJECTS:,} tensors")
    try:
        content = json.loads(header, object_pairs_hook=_each_once)
    except _TwiceError as error:
        raise source.refused(f"its header has a key twice: {quoted(error.key)}", hint=_HOW) from error
    except (ValueError, RecursionError) as error:
        raise source.refused(f"its header is no JSON: {str(error)[:100]}", hint=_HOW) from error
    if not isinstance(content, dict):
        raise source.refused("its header is no JSON object", hint=_HOW)
    return [_checked(source, name, item) for name, item in content.items() if name != "__metadata__"]


class _TwiceError(Exception):
    """An object of the header has a key twice; nothing behind it is read."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _TwiceError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]  # None, and so not yet seen
    return found


def _checked(source: Source, name: str, item: object) -> _Told:
    if not isinstance(item, dict) or set(item) != {"dtype", "shape", "data_offsets"}:
        raise source.refused(f"its tensor {quoted(name)} is not told by dtype, shape and data_offsets", hint=_HOW)
    kind, shape, offsets = item["dtype"], item["shape"], item["data_offsets"]
    if not isinstance(kind, str) or not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise source.refused(f"its tensor {quoted(name)} has a dtype, shape or data_offsets of a wrong type", hint=_HOW)
    start, stop = offsets
    if start > stop:
        raise source.refused(f"its tensor {quoted(name)} ends before it begins: {start} to {stop}", hint=_HOW)
    return _Told(name, kind, tuple(shape), start, stop)


def _are_sizes(value: object) -> bool:
    if not isinstance(value, list) or len(value) > _MOST_AXES:
        return False
    return all(type(n) is int and 0 <= n < 2**62 for n in value)


def _memory(source: Source, told: _Told, data: int) -> MemoryMap:
    name = quoted(told.name)
    if data + told.stop > source.size:
        raise source.refused(
            f"its tensor {name} ends at byte {data + told.stop:,} of {source.size:,}: the file is cut", hint=_HOW
        )
    storage = Storage(
        device="file", address=data + told.start, nbytes=told.stop - told.start, owner=told.name, path=source.path
    )
    kind = of_safetensors(told.dtype)
    if kind is None:
        doubt = Doubt("unknown-dtype", f"the dtype {told.dtype[:40]!r} of {name} is not known")
        return _map(told, None, storage, doubt)
    bits = numel(told.shape) * SUB_BYTE.get(told.dtype, 8 * kind.itemsize)
    if bits != 8 * (told.stop - told.start):
        has = Quantity(told.stop - told.start, "B")
        raise source.refused(f"its tensor {name} {told.dtype} {told.shape} has {has} in the file", hint=_HOW)
    if told.dtype in SUB_BYTE:
        doubt = Doubt("packed", f"{told.dtype} has {SUB_BYTE[told.dtype]} bits a value: there are no strides in bytes")
        return _map(told, kind, storage, doubt)
    layout = Layout(told.shape, canonical_strides(told.shape, kind.itemsize), itemsize=kind.itemsize)
    return MemoryMap(type="tensor", library="file", shape=told.shape, dtype=kind, layout=layout, storage=storage)


def _map(told: _Told, kind: DType | None, storage: Storage, doubt: Doubt) -> MemoryMap:
    return MemoryMap(type="tensor", library="file", shape=told.shape, dtype=kind, storage=storage, doubts=(doubt,))


def _gaps(told: Sequence[_Told], held: Storage) -> tuple[Storage, ...]:
    """Runs of bytes behind the header that no tensor is told to use."""
    found = []
    reached = 0
    for start, stop in sorted((each.start, each.stop) for each in told):
        if start > reached:
            found.append((reached, start))
        reached = max(reached, stop)
    if held.nbytes is not None and held.nbytes > reached:
        found.append((reached, held.nbytes))
    return tuple(
        Storage(device="file", address=(held.address or 0) + start, nbytes=stop - start, owner="gap", path=held.path)
        for start, stop in found
    )


def _doubts(told: Sequence[_Told], size: int) -> tuple[Doubt, ...]:
    doubts = []
    reached, before = 0, ""
    for start, stop, name in sorted((each.start, each.stop, each.name) for each in told if each.stop > each.start):
        if start > reached:
            text = f"a hole of {Quantity(start - reached, 'B')} before {quoted(name)}: safetensors refuses the file"
            doubts.append(Doubt("hole", text))
        if start < reached:
            text = f"{quoted(name)} overlaps {quoted(before)}: safetensors refuses the file"
            doubts.append(Doubt("overlap", text))
        reached, before = max(reached, stop), name
    if size > reached:
        text = f"{Quantity(size - reached, 'B')} behind the last tensor: safetensors refuses the file"
        doubts.append(Doubt("trailing", text))
    return tuple(doubts[:8])
