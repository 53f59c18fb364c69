"""How often what nodes saved had been written when it was saved, where a recording saw the call that made the node."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from tensorlab.autograd.saved.record import SavedColumns
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.dispatch.watching import Event

_GIVEN, _GAVE, _VERSIONS, _COUNT, _NODE, _GRAD, _THREAD = 2, 3, 4, 5, 6, 7, 10
_STORAGE = 1
_FORWARD = 64
"""Operators of a Python function's forward in which what it saved is looked for."""


def versions_then(
    columns: SavedColumns, storages: Sequence[torch.UntypedStorage], sequences: Sequence[int], tracers: Sequence[Tracer]
) -> array[int]:
    """Of each slot, the version of its memory when it was saved; -1 where that was not seen.

    Args:
        columns: The slots.
        storages: By their numbers in the columns.
        sequences: Autograd's counts, by node.
        tracers: Recordings.

    >>> from tensorlab.autograd.capture import capture
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> import torch
    >>> with Tracer() as tracer:
    ...     x = torch.ones(3, requires_grad=True).clone().mul_(2)
    ...     y = x.exp_() * x
    >>> [(saved.slot, saved.version) for saved in capture(y).slots if saved.state == "held"]
    [('result', 2), ('other', 2), ('self', 2)]
    """
    found = array("q", [-1]) * len(columns)
    for tracer in tracers:
        numbers = [tracer.storage_number(storage) for storage in storages]
        seen = _Seen(tracer)
        for place, storage in enumerate(columns.storages):
            if found[place] < 0 <= storage < len(numbers) and numbers[storage] is not None:
                word = columns.words[columns.names[place]]
                found[place] = seen.version(sequences[columns.nodes[place]], numbers[storage], word)
    return found


class _Seen:
    """The operators of the thread that a tracer recorded, by the nodes that they made."""

    def __init__(self, tracer: Tracer) -> None:
        tracer.settle()
        self._written = tracer.written
        self._events = [(n, event) for n, event in enumerate(tracer.events) if not event[_THREAD]]
        self._counts = [event[_COUNT] for _, event in self._events]

    def version(self, sequence: int, storage: int | None, word: str) -> int:
        """What a storage was at when the node of a sequence number saved it."""
        at = bisect_right(self._counts, sequence)
        if sequence < 0 or (at == 0 and self._counts and self._counts[0] > sequence + 1):
            return -1
        if word.startswith("saved_tensors"):
            return self._in_forward(at, storage)
        if at == len(self._events):
            return -1
        return self._of(*self._events[at], storage, after=word.startswith("result"))

    def _in_forward(self, at: int, storage: int | None) -> int:
        """What a storage was at last while a Python function's forward ran, in which gradients are off."""
        found = -1
        for number, event in self._events[at : at + _FORWARD]:
            if event[_GRAD] or event[_NODE] is not None:
                break
            found = max(found, self._of(number, event, storage, after=True))
        return found

    def _of(self, number: int, event: Event, storage: int | None, *, after: bool) -> int:
        versions = (self._written.get(number) if after else None) or event[_VERSIONS]
        for look, version in zip(event[_GIVEN], versions, strict=True):
            if look[_STORAGE] == storage and version is not None:
                return int(version)
        return 0 if any(look[_STORAGE] == storage for look in event[_GAVE]) else -1
