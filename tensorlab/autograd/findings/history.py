"""What was recorded up to now, in the form that a check asks for: kept from check to check, each call taken once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tensorlab.autograd.findings.arrays import Arrays
from tensorlab.autograd.findings.writes import WriteLog

if TYPE_CHECKING:
    from tensorlab.dispatch.tracer import Tracer


class History:
    """Writes, arrays that share memory, and which call made which node.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     x = torch.ones(2, requires_grad=True)
    ...     before = torch.ones(2, requires_grad=True).exp()
    ...     after = before * 2
    >>> history = History(tracer)
    >>> history.start(before.grad_fn._sequence_nr()) < history.start(after.grad_fn._sequence_nr())
    True
    """

    def __init__(self, tracer: Tracer) -> None:
        self.writes = WriteLog(tracer)
        self.arrays = Arrays()
        self._done = 0
        self._last = 0
        self._makers: dict[int, int] = {}
        self._lowest: int | None = None
        self._begun: dict[int, int] = {}
        self._counts: list[int] = []
        self._ends: list[int] = []
        """Autograd's counts as calls came to their kernels, each once, and the last call at each."""
        self.catch_up(tracer)

    def catch_up(self, tracer: Tracer) -> None:
        """Take what ran since."""
        self.writes.catch_up()
        self.arrays.catch_up(tracer)
        total = len(tracer.events)
        for number in range(self._done, total):
            self._take(tracer, number, is_last=number + 1 == total)
        self._done = max(0, total - 1)

    def _take(self, tracer: Tracer, number: int, *, is_last: bool) -> None:
        """Which nodes a call made: those that were there when it came to its kernel, or when the user's call ended."""
        event = tracer.events[number]
        site, end, thread = event[1], event[5], event[10]
        if thread:
            return
        if not self._counts or self._counts[-1] < event[5]:
            self._counts.append(event[5])
            self._ends.append(number)
        self._ends[-1] = number
        begin = self._begun.get(site, self._last if site < 0 else tracer.sites[site][4])
        if is_last or tracer.events[number + 1][1] != site:
            end = max(end, tracer.ended.get(site, end))
        for sequence in range(begin, end):
            self._makers[sequence] = number
        if end > begin:
            self._lowest = begin if self._lowest is None else min(self._lowest, begin)
        if not is_last:  # the call that the last one belongs to may go on
            self._last = max(self._last, end)
            if site >= 0:
                self._begun[site] = max(begin, end)

    def maker(self, sequence: int) -> int | None:
        """Number of the call that made a node, where it was an operator."""
        return self._makers.get(sequence)

    def start(self, sequence: int, *, seen: bool = True) -> int | None:
        """Number of the call after which what a node saved may have been written.

        That which made it; of a node that no operator made, as that of a compiled function, the last one before it.

        Args:
            sequence: Its number.
            seen: Whether it was seen who made it.

        Returns:
            -1 where nothing was recorded yet; None where it is not known.
        """
        found = self._makers.get(sequence)
        if found is None and seen:
            place = bisect_right(self._counts, sequence)
            return self._ends[place - 1] if place else -1
        return -1 if found is None and (self._lowest is None or sequence < self._lowest) else found


_KNOWN: WeakKeyDictionary[Tracer, History] = WeakKeyDictionary()


def history(tracer: Tracer) -> History:
    """What is known of a recording up to now; a second question costs only what ran in between.

    >>> from tensorlab.dispatch.tracer import Tracer
    >>> tracer = Tracer()
    >>> history(tracer) is history(tracer)
    True
    """
    found = _KNOWN.get(tracer)
    if found is None:
        found = _KNOWN[tracer] = History(tracer)
    else:
        found.catch_up(tracer)
    return found
