"""Two looks at the live tensors of a process, and the difference. Tensors are referred to weakly."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tensorlab.errors import UndecidedError
from tensorlab.memory.living.record import Live, LiveChange
from tensorlab.memory.living.tally import held_bytes, storages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.memory.living.record import DeviceTotal, LiveTensor

_Known = TypeVar("_Known")


class Look(NamedTuple):
    """What is found at one point in time."""

    things: Sequence[object]
    """The tensors; not to be kept."""
    records: Sequence[LiveTensor]
    devices: tuple[DeviceTotal, ...] = ()


def watched(look: Callable[[], Look]) -> Live:
    """What a look finds. As a context manager the record looks again where the block ends.

    >>> print(watched(lambda: Look([], [])))
    no live tensor
    """
    first = look()
    return _live(first, BeforeAfter(look, first.things))


def _live(found: Look, watch: BeforeAfter | None) -> Live:
    return Live(
        tensors=tuple(found.records),
        storages=storages_of(found.records),
        nbytes=held_bytes(found.records),
        devices=found.devices,
        watch=watch,
    )


class BeforeAfter:
    """What ``with tensorlab.live() as before_after`` binds: the two looks, and what changed between them.

    It is no record, since it learns the second look when the block ends; ``change`` is one.
    """

    __slots__ = ("_after", "_before", "_change", "_known", "_look")

    def __init__(self, look: Callable[[], Look], tensors: Sequence[object]) -> None:
        self._look = look
        self._known = [weakref.ref(tensor) for tensor in tensors]
        self._before: Live | None = None
        self._after: Live | None = None
        self._change: LiveChange | None = None

    def begin(self, before: Live) -> BeforeAfter:
        """Takes the first look as where the difference starts."""
        self._before, self._after, self._change = before, None, None
        return self

    def end(self) -> None:
        """Looks again."""
        before = self.before
        found = self._look()
        pairs = list(zip(found.things, found.records, strict=True))
        known = {id(tensor): n for n, ref in enumerate(self._known) if (tensor := ref()) is not None}
        created = [record for tensor, record in pairs if id(tensor) not in known]
        still = [record for tensor, record in pairs if id(tensor) in known]
        there = set(known.values())
        freed = [record for n, record in enumerate(before.tensors) if n not in there]
        older = [before.tensors[n] for n in sorted(there)]
        self._after = _live(found, None)
        self._change = LiveChange(
            created=tuple(created),
            freed=tuple(freed),
            still=len(there),
            before=before.nbytes,
            after=self._after.nbytes,
            new=self._after.nbytes - held_bytes(still),
            gone=before.nbytes - held_bytes(older),
        )

    @property
    def before(self) -> Live:
        """The first look."""
        return _known(self._before)

    @property
    def after(self) -> Live:
        """The second look.

        Raises:
            UndecidedError: The block has not ended.
        """
        return _known(self._after)

    @property
    def change(self) -> LiveChange:
        """What changed.

        Raises:
            UndecidedError: The block has not ended.
        """
        return _known(self._change)

    @property
    def created(self) -> tuple[LiveTensor, ...]:
        """Tensors that were not there before."""
        return self.change.created

    @property
    def freed(self) -> tuple[LiveTensor, ...]:
        """Tensors that are gone."""
        return self.change.freed

    @property
    def growth(self) -> int:
        """Bytes after less bytes before."""
        return self.change.growth

    def __str__(self) -> str:
        return "the block has not ended" if self._change is None else str(self._change)


def _known(value: _Known | None) -> _Known:
    if value is None:
        raise UndecidedError("what changed is known when the block has ended", hint="ask after the with block")
    return value
