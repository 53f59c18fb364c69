"""Which arrays a call has changed: by the counters of their library, by its name, and by their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.dispatch.operands import Operand, arrays_in, map_of  # noqa: TC001 - the example makes one
from tensorlab.dispatch.reasons import INPLACE_OPERATORS, METHODS_ALONE, NUMPY_WRITES
from tensorlab.layout.shapes import nbytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.memory.record import MemoryMap

MOST_COMPARED = 1 << 20
"""Bytes of an array whose elements are compared."""
_UNCOUNTED = frozenset({"apply_", "map_", "map2_"})
"""Methods of torch's that write and count it nowhere."""


class Change(NamedTuple):
    """An array that a call has changed."""

    operand: Operand
    """As it was before."""
    memory: MemoryMap
    """As it is now."""
    changed: int | None = None
    """Elements whose bytes are others now; None where they were not compared."""

    @property
    def is_moved(self) -> bool:
        """Whether it has another layout, or lies elsewhere."""
        before, now = self.operand.memory, self.memory
        return (before.layout, before.storage) != (now.layout, now.storage)


class Witness:
    """Looks at arrays before a call and after it.

    Args:
        version: How often an array was written, where its library counts; None where it does not.
        contents: The bytes of the elements of a tensor of torch's; None where they are not read.

    >>> held = bytearray(3)
    >>> operand = Operand("held", held, map_of(held))
    >>> witness = Witness()
    >>> before = witness.seen([operand])
    >>> held[0] = 1
    >>> [change.changed for change in witness.changes([operand], before)]
    [1]
    """

    def __init__(
        self,
        version: Callable[[object], int | None] = lambda _: None,
        contents: Callable[[object], bytes | None] = lambda _: None,
    ) -> None:
        self.version = version
        self._contents = contents

    def contents(self, thing: Any, memory: MemoryMap) -> bytes | None:  # noqa: ANN401 - any array
        """The bytes of its elements; None where there are too many of them, or no way to them."""
        if memory.layout is None or nbytes(memory.layout) > MOST_COMPARED or memory.doubts:
            return None
        if memory.library == "torch":
            return self._contents(thing)
        if memory.library == "numpy":
            return bytes(thing.tobytes())
        return memoryview(thing).tobytes() if memory.library == "buffer" else None

    def seen(self, operands: Sequence[Operand]) -> list[bytes | None]:
        """The bytes of each."""
        return [self.contents(one.thing, one.memory) for one in operands]

    def changes(self, operands: Sequence[Operand], before: Sequence[bytes | None]) -> list[Change]:
        """Those that are others than before."""
        found = [self._change(one, held) for one, held in zip(operands, before, strict=True)]
        return [one for one in found if one.changed or one.is_moved or self._is_counted(one.operand)]

    def written(
        self,
        called: tuple[str, str],
        given: tuple[Sequence[object], Mapping[str, object]],
        operands: Sequence[Operand],
        before: Sequence[bytes | None],
    ) -> list[Change]:
        """What a call has written: what is changed, and what its name says.

        Args:
            called: Its name and its text.
            given: Its arguments, by their places and by their names.
            operands: The arrays among them.
            before: Their bytes.
        """
        args, keywords = given
        out = [thing for thing, _ in arrays_in([keywords.get("out")])]
        named = [n for n, one in enumerate(operands) if any(one.thing is thing for thing in out)]
        if not named and operands and _writes_by_name(*called, args, keywords, operands[0]):
            named = [0]
        if named:
            return [self._change(operands[n], before[n]) for n in named]
        found = self.changes(operands, before)
        return found[:1] if found and found[0].operand is operands[0] and _are_one(found) else found

    def _is_counted(self, operand: Operand) -> bool:
        return operand.version is not None and self.version(operand.thing) != operand.version

    def _change(self, operand: Operand, before: bytes | None) -> Change:
        memory = map_of(operand.thing) or operand.memory
        change = Change(operand, memory)
        after = None if before is None or change.is_moved else self.contents(operand.thing, memory)
        if before is None or after is None:
            return change
        return change._replace(changed=_differing(before, after, max(1, operand.memory.layout.itemsize)))  # type: ignore[union-attr]  # it had bytes


def _differing(before: bytes, after: bytes, size: int) -> int:
    if before == after:
        return 0
    return sum(before[n : n + size] != after[n : n + size] for n in range(0, len(before), size))


def _are_one(found: Sequence[Change]) -> bool:
    """Whether all of them lie in the storage of the first, so that writing it has changed the others."""
    places = {None if one.memory.storage is None else one.memory.storage.address for one in found}
    return len(places) == 1


def _writes_by_name(
    name: str, text: str, args: Sequence[object], keywords: Mapping[str, object], target: Operand
) -> bool:
    """Of NumPy's functions: those that are named so. Of torch's the counters tell, but not in inference mode."""
    if target.memory.library == "torch":
        is_uncounted = name == "setitem" or (name.endswith("_") and not name.endswith("__"))
        return name in _UNCOUNTED or (target.version is None and is_uncounted)
    is_method = text.startswith(("x.", target.name, "."))
    if name in INPLACE_OPERATORS:
        return not any(doubt.code == "boxed" for doubt in target.memory.doubts)
    if name == "byteswap":
        return bool(keywords.get("inplace") or args[1:2] == (True,))
    return name in NUMPY_WRITES and (is_method or name not in METHODS_ALONE)
