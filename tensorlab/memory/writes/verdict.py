"""Verdicts from memory maps alone: what is written, what is read, and where the two meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.address import address
from tensorlab.layout.collision import collision
from tensorlab.layout.covered import covered
from tensorlab.layout.overlap import self_overlap
from tensorlab.layout.record import Answer, Layout, Overlap
from tensorlab.layout.shapes import numel
from tensorlab.memory.sharing.patch import Patch
from tensorlab.memory.sharing.verdict import beside
from tensorlab.memory.writes.ground import why_untouchable, why_unwritable
from tensorlab.memory.writes.record import WriteVerdict

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap, Storage
    from tensorlab.memory.writes.record import Caveat, Refusal

_NOTHING = Overlap(Answer.NO, "empty")
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
    mapped: bool = False
    """Whether its bytes may belong to a file or a shared segment."""
    part: str = ""


def inplace(memory: MemoryMap, refusal: Refusal, *, mapped: bool = False) -> WriteVerdict:
    """Whether an operation that writes every element of one object in place does what it does to a copy.

    Raises:
        UnsupportedError: It is a Python container: each of its elements is an object of its own.

    >>> from tensorlab.memory.registry import describe
    >>> from tensorlab.memory.writes.record import Refusal
    >>> print(inplace(describe(bytearray(4)), Refusal(raises=False)))
    SAFE: 4 elements in 4 addresses; the buffer will not raise
    """
    written = _written(memory, mapped=mapped)
    if isinstance(written, str):
        return _undecided(memory, written, refusal)
    found = _alone(written, refusal)
    if written.part and not found.reason:
        found = replace(found, reason=f"what is written are its {written.part}")
    return found if found.safety != "UNSAFE" else replace(found, advice=_ADVICE.get(memory.library, ""))


def warned(verdict: WriteVerdict, *caveats: Caveat) -> WriteVerdict:
    """A verdict that is safe by its addresses, with what else is to be said; any other as it is.

    >>> from tensorlab.memory.registry import describe
    >>> from tensorlab.memory.writes.record import Caveat, Refusal
    >>> print(warned(inplace(describe(bytearray(4)), Refusal(raises=False)), Caveat("UNKNOWN", "someone reads them")))
    UNKNOWN: someone reads them; the buffer will not raise
    """
    for caveat in caveats:
        if verdict.safety == "SAFE" and caveat.reason:
            words = verdict.reason if caveat.safety == "SAFE" else ""
            reason = "; ".join(filter(None, (words, caveat.reason)))
            verdict = replace(verdict, safety=caveat.safety, reason=reason, advice=verdict.advice or caveat.cure)
    return verdict


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


def _written(memory: MemoryMap, *, mapped: bool) -> _Written | str:
    """What a write to the object writes; in words, why that is not known."""
    if memory.layout is not None:
        return _Written(memory, memory.layout, mapped)
    for name, part in memory.parts:
        if name == "values" and part.layout is not None:
            return _Written(part, part.layout, mapped, name)
    return _stridelessness(memory)


def _stridelessness(memory: MemoryMap) -> str:
    return next((doubt.text for doubt in memory.doubts), f"a {memory.type} has no strides")


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
    forbidden = why_unwritable(written.memory, layout, mapped=written.mapped)
    exact = True
    if found.witness is not None:
        exact = address(layout, found.witness[0]) == address(layout, found.witness[1])
    safe = {Answer.NO: "SAFE", Answer.YES: "UNSAFE", Answer.UNKNOWN: "UNKNOWN"}[found.answer]
    return WriteVerdict(
        safety="UNSAFE" if forbidden else safe,  # type: ignore[arg-type]  # the table has the three words
        overlap=found,
        elements=numel(layout.shape),
        addresses=_addresses(layout),
        raises=refusal.raises if refusal.raises or not forbidden else None,
        library=written.memory.library,
        reason=forbidden or found.cap or "",
        advice=refusal.cure,
        refusal=refusal.reason,
        between=(name, name),
        exact=exact,
    )


def _addresses(layout: Layout) -> int | None:
    """How many different first bytes the elements have."""
    starts = covered(replace(layout, itemsize=min(layout.itemsize, 1)))
    return starts.nbytes if starts.exact else None


def copied(
    dst: MemoryMap, src: MemoryMap, refusal: Refusal, *, mapped: tuple[bool, bool] = (False, False)
) -> WriteVerdict:
    """Whether a copy from ``src`` to ``dst``, element by element, gives what a copy from a clone of ``src`` gives.

    ``src`` is broadcast to the shape of ``dst``. Buffers read all of ``src`` first, and so does NumPy where the two may
    share memory, but for some rows of different strides.

    Raises:
        LayoutError: ``src`` does not broadcast to the shape of ``dst``.

    >>> from tensorlab.memory.registry import describe
    >>> store = bytearray(8)
    >>> from tensorlab.memory.writes.record import Refusal
    >>> print(copied(describe(memoryview(store)[1:]), describe(memoryview(store)[:-1]), Refusal(raises=False)))
    SAFE: 7 elements in 7 addresses; the buffer reads all of src first; the buffer will not raise
    """
    if dst.layout is None or src.layout is None:
        return _undecided(dst, _stridelessness(dst if dst.layout is None else src), refusal)
    written = _Written(dst, dst.layout, mapped[0])
    read = _Written(src, broadcast(src.layout, dst.layout.shape), mapped[1])
    alone = _alone(written, refusal)
    forbidden = why_untouchable(src, read.layout, mapped=read.mapped)
    if forbidden:
        return replace(alone, safety="UNSAFE", reason=f"src: {forbidden}", raises=refusal.raises or None)
    if alone.reason in {"", alone.overlap.cap} and _is_same(written, read):
        words = "dst and src are the same elements, so that nothing changes"
        return replace(alone, safety="SAFE", overlap=_NOTHING, reason=words)
    if alone.safety == "UNSAFE":
        between = ("dst", "dst") if alone.overlap.witness else ("", "")
        return replace(alone, between=between, advice="copy to a dst of its own, without shared elements")
    return alone if alone.safety == "UNKNOWN" else _beside(written, read, alone)


def _is_same(written: _Written, read: _Written) -> bool:
    """Whether each element is copied to itself, as the value that it is."""
    distance = _distance(written.memory.storage, read.memory.storage)
    if distance is None:
        return False
    marks = [(side.memory.dtype, side.memory.traits & _TRANSFORMING) for side in (written, read)]
    steps = [
        [step for n, step in zip(side.layout.shape, side.layout.strides, strict=True) if n != 1]
        for side in (written, read)
    ]
    return marks[0] == marks[1] and steps[0] == steps[1] and written.layout.offset == read.layout.offset + distance


def _distance(dst: Storage | None, src: Storage | None) -> int | None:
    """Bytes from the one storage to the other; None where they are on two devices, or have bytes of their own."""
    if dst is None or src is None or dst.device != src.device:
        return None
    if dst.address is not None and src.address is not None:
        return src.address - dst.address
    return 0 if dst.address is src.address is None and dst.key is not None and dst.key == src.key else None


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
    distance = _distance(written.memory.storage, read.memory.storage)
    if distance is None:
        return replace(alone, reason="dst and src have storages of their own")
    sharing = beside(_patch(written, 0), _patch(read, distance))
    found = sharing.overlap
    if found.answer is Answer.UNKNOWN:
        return replace(alone, safety="UNKNOWN", overlap=found, reason=sharing.reason)
    if found.answer is Answer.NO:
        return replace(alone, overlap=found, reason=f"dst and src share no byte ({sharing.reason.partition(':')[0]})")
    words = _order_words(written, read)
    return replace(alone, reason=words) if words else _collided(written, read, distance, alone)


def _order_words(written: _Written, read: _Written) -> str:
    """How a library that looks for memory that is shared copies in spite of it; empty where it does not.

    NumPy does not for rows of one direction with different strides: it has a rule for them that is made for equal ones;
    nor for a source without axes, which it assigns as one value.
    """
    if written.memory.library == "buffer":
        return "the buffer reads all of src first"
    if written.memory.library != "numpy" or read.memory.shape == ():
        return ""
    if len(written.layout.shape) != 1 or (written.memory.dtype is not None and written.memory.dtype.fields):
        return "NumPy reads all of src first"
    step, other = written.layout.strides[0], read.layout.strides[0]
    if step == other:
        return "NumPy copies in the order in which nothing is lost"
    return "NumPy reads all of src first" if step * other < 0 else ""


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


def _patch(side: _Written, distance: int) -> Patch:
    """Where it lies, so many bytes from the storage that is written where there are no addresses."""
    layout, storage = side.layout, side.memory.storage
    address_of = None if storage is None else storage.address
    return Patch(
        layout.shape,
        layout.strides,
        layout.offset,
        layout.itemsize,
        "" if storage is None else storage.device,
        distance if address_of is None else address_of,
        None if storage is None else storage.nbytes,
        side.mapped,
    )
