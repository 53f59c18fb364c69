"""Verdicts from memory maps alone: what is written, what is read, and where the two meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.address import address, fits
from tensorlab.layout.collision import collision
from tensorlab.layout.covered import covered
from tensorlab.layout.overlap import self_overlap
from tensorlab.layout.record import Answer, Layout, Overlap
from tensorlab.layout.shapes import numel
from tensorlab.memory.sharing.patch import Patch
from tensorlab.memory.sharing.verdict import beside
from tensorlab.memory.writes.record import WriteVerdict
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap, Storage
    from tensorlab.memory.writes.record import Refusal

_NOTHING = Overlap(Answer.NO, "empty")
_BUFFERED = frozenset({"numpy", "buffer"})
"""Libraries that look for operands that share memory, and read all of the one before they write the other."""
_TRANSFORMING = frozenset({"conj", "neg"})
"""Traits of a view whose values are not its bits."""
_ADVICE = {
    "torch": "write to a copy of it: x.clone()",
    "numpy": "write to a copy of it: x.copy()",
}
_COPY_ADVICE = {"torch": "copy from src.clone()", "numpy": "copy from src.copy()"}


@dataclass(frozen=True, slots=True)
class _Written:
    """What is written: its memory, and which component of the object that is."""

    memory: MemoryMap
    layout: Layout
    part: str = ""


def inplace(memory: MemoryMap, refusal: Refusal) -> WriteVerdict:
    """Whether an operation that writes every element of one object in place does what it does to a copy.

    Raises:
        UnsupportedError: It is a Python container: each of its elements is an object of its own.

    >>> from tensorlab.memory.registry import describe
    >>> from tensorlab.memory.writes.record import Refusal
    >>> print(inplace(describe(bytearray(4)), Refusal(raises=False)))
    SAFE: 4 elements in 4 addresses; the buffer will not raise
    """
    written = _written(memory)
    if isinstance(written, str):
        return _undecided(memory, written, refusal)
    found = _alone(written, refusal)
    return found if found.safety != "UNSAFE" else replace(found, advice=_ADVICE.get(memory.library, ""))


def require_elements(memory: MemoryMap) -> None:
    """Refuse what holds no elements side by side.

    Raises:
        UnsupportedError: It is a Python container or number.
    """
    if memory.library == "python":
        raise UnsupportedError(
            f"a {memory.type} is not written element by element: it holds addresses of objects",
            hint="give an array, a tensor or a writable buffer",
        )


def _written(memory: MemoryMap) -> _Written | str:
    """What a write to the object writes; in words, why that is not known."""
    if memory.layout is not None:
        return _Written(memory, memory.layout)
    for name, part in memory.parts:
        if name == "values" and part.layout is not None:
            return _Written(part, part.layout, name)
    doubts = [doubt.text for doubt in memory.doubts]
    return doubts[0] if doubts else f"a {memory.type} has no strides"


def _undecided(memory: MemoryMap, reason: str, refusal: Refusal) -> WriteVerdict:
    return WriteVerdict(
        safety="UNKNOWN",
        overlap=Overlap(Answer.UNKNOWN, "cap", cap=reason),
        elements=numel(memory.sizes or (0,)),
        addresses=None,
        raises=refusal.raises,
        library=memory.library,
        reason=reason,
        refusal=refusal.reason,
    )


def _alone(written: _Written, refusal: Refusal) -> WriteVerdict:
    """Of the elements written, with one another."""
    layout, name = written.layout, written.part
    found = self_overlap(layout)
    shortage = _shortage(layout, written.memory.storage)
    exact = True
    if found.witness is not None:
        exact = address(layout, found.witness[0]) == address(layout, found.witness[1])
    safe = {Answer.NO: "SAFE", Answer.YES: "UNSAFE", Answer.UNKNOWN: "UNKNOWN"}[found.answer]
    return WriteVerdict(
        safety="UNSAFE" if shortage else safe,  # type: ignore[arg-type]  # the table has the three words
        overlap=found,
        elements=numel(layout.shape),
        addresses=_addresses(layout),
        raises=refusal.raises if not shortage else None,
        library=written.memory.library,
        reason=shortage or found.cap or "",
        refusal=refusal.reason,
        between=(name, name),
        exact=exact,
    )


def _addresses(layout: Layout) -> int | None:
    """How many different first bytes the elements have."""
    starts = covered(replace(layout, itemsize=min(layout.itemsize, 1)))
    return starts.nbytes if starts.exact else None


def _shortage(layout: Layout, storage: Storage | None) -> str:
    if storage is None or storage.nbytes is None or fits(layout, storage.nbytes):
        return ""
    return f"elements lie outside the storage of {Quantity(storage.nbytes, 'B')}"


def copied(dst: MemoryMap, src: MemoryMap, refusal: Refusal) -> WriteVerdict:
    """Whether a copy from ``src`` to ``dst``, element by element, gives what a copy from a clone of ``src`` gives.

    ``src`` is broadcast to the shape of ``dst``. NumPy and buffers read all of ``src`` first where the two may share
    memory, so that only elements of ``dst`` that meet one another are unsafe there.

    Raises:
        LayoutError: ``src`` does not broadcast to the shape of ``dst``.

    >>> from tensorlab.memory.registry import describe
    >>> store = bytearray(8)
    >>> from tensorlab.memory.writes.record import Refusal
    >>> print(copied(describe(memoryview(store)[1:]), describe(memoryview(store)[:-1]), Refusal(raises=False)))
    SAFE: 7 elements in 7 addresses; the buffer reads all of src first; the buffer will not raise
    """
    written, read = _written(dst), _written(src)
    if isinstance(written, str) or isinstance(read, str):
        return _undecided(dst, written if isinstance(written, str) else str(read), refusal)
    source = broadcast(read.layout, written.layout.shape)
    alone = _alone(written, refusal)
    if _is_same(written, _Written(read.memory, source)):
        words = "dst and src are the same elements, so that nothing changes"
        return replace(alone, safety="SAFE", overlap=_NOTHING, reason=words)
    if alone.safety == "UNSAFE":
        between = ("dst", "dst") if alone.overlap.witness else ("", "")
        return replace(alone, between=between, advice="copy to a dst of its own, without shared elements")
    shortage = _shortage(source, read.memory.storage)
    if shortage:
        return replace(alone, safety="UNSAFE", reason=f"src: {shortage}", raises=None)
    if alone.safety == "UNKNOWN":
        return alone
    return _beside(written, _Written(read.memory, source, read.part), alone)


def _is_same(written: _Written, read: _Written) -> bool:
    """Whether each element is copied to itself, as the value that it is."""
    first, second = _patch(written), _patch(read)
    if first is None or second is None or _shortage(written.layout, written.memory.storage):
        return False
    marks = [(side.memory.dtype, side.memory.traits & _TRANSFORMING) for side in (written, read)]
    steps = [
        [step for n, step in zip(side.layout.shape, side.layout.strides, strict=True) if n != 1]
        for side in (written, read)
    ]
    starts = [patch.start + patch.offset for patch in (first, second)]
    return marks[0] == marks[1] and steps[0] == steps[1] and starts[0] == starts[1] and first.device == second.device


def broadcast(layout: Layout, shape: tuple[int, ...]) -> Layout:
    """The layout with that shape, as a copy reads it: a size of 1 is read again and again, and so are new axes.

    Axes of size 1 in front that the shape does not have are left out.

    Raises:
        LayoutError: A size is neither 1 nor what is needed.

    >>> broadcast(Layout((3, 1), (4, 4), 8, 4), (2, 3, 5))
    Layout(shape=(2, 3, 5), strides=(0, 4, 0), offset=8, itemsize=4)
    """
    extra = max(len(layout.shape) - len(shape), 0)
    sizes, steps = layout.shape[extra:], layout.strides[extra:]
    missing = len(shape) - len(sizes)
    pairs = list(zip(sizes, shape[missing:], strict=True))
    if any(n != 1 for n in layout.shape[:extra]) or any(n not in {1, wanted} for n, wanted in pairs):
        raise LayoutError(
            f"src of shape {layout.shape} does not broadcast to dst of shape {shape}",
            hint="sizes along an axis must be equal, or 1 in src",
        )
    kept = tuple(step if n == wanted else 0 for step, (n, wanted) in zip(steps, pairs, strict=True))
    return Layout(shape, (0,) * missing + kept, layout.offset, layout.itemsize)


def _beside(written: _Written, read: _Written, alone: WriteVerdict) -> WriteVerdict:
    """Of the elements written, which do not meet one another, with those read."""
    if written.memory.library in _BUFFERED:
        name = "NumPy" if written.memory.library == "numpy" else "the buffer"
        return replace(alone, reason=f"{name} reads all of src first")
    first, second = _patch(written), _patch(read)
    if first is None or second is None:
        return replace(alone, reason="nothing is shared: there is no memory behind one of them")
    sharing = beside(first, second)
    found = sharing.overlap
    if found.answer is Answer.YES:
        return _collided(written, read, second.start - first.start, alone)
    if found.answer is Answer.UNKNOWN:
        return replace(alone, safety="UNKNOWN", overlap=found, reason=sharing.reason)
    return replace(alone, overlap=found, reason=f"dst and src share no byte ({sharing.reason.partition(':')[0]})")


def _collided(written: _Written, read: _Written, distance: int, alone: WriteVerdict) -> WriteVerdict:
    found = collision(written.layout, read.layout, distance=distance)
    if found.answer is Answer.NO:
        words = "each element of src meets dst at its own index only"
        return replace(alone, overlap=found, reason=words)
    if found.witness is None:
        return replace(alone, safety="UNKNOWN", overlap=found, reason=found.cap or "")
    here, there = found.witness
    starts = address(written.layout, here), address(read.layout, there) + distance
    return replace(
        alone,
        safety="UNSAFE",
        overlap=found,
        between=("dst", "src"),
        exact=starts[0] == starts[1] and written.layout.itemsize == read.layout.itemsize,
        advice=_COPY_ADVICE.get(written.memory.library, ""),
    )


def _patch(side: _Written) -> Patch | None:
    """Where it lies; None where there are no bytes that another could share."""
    layout, storage = side.layout, side.memory.storage
    if storage is None:
        return None
    start = storage.key if storage.address is None else storage.address
    if start is None:
        return None
    shareable = storage.device == "cpu"
    return Patch(
        layout.shape,
        layout.strides,
        layout.offset,
        layout.itemsize,
        storage.device,
        start,
        storage.nbytes,
        shareable,
    )
