"""Records of what ran, made of a tracer's lean tuples when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.dispatch.internals import operator_names
from tensorlab.dispatch.origins import may_make
from tensorlab.dispatch.record import OpCall
from tensorlab.dispatch.values import settled

if TYPE_CHECKING:
    from tensorlab.dispatch.identities import Look
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.memory.record import MemoryMap


class Reader:
    """Turns the events of one tracer into records, each look and each line once.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     y = torch.ones(3, requires_grad=True) * 2
    >>> [call.name for call in Reader().read(tracer)]
    ['aten.ones.default', 'aten.mul.Tensor']
    """

    def __init__(self) -> None:
        self._maps: dict[tuple[int, bool], MemoryMap] = {}
        self._begun: dict[int, int] = {}
        self._names: dict[int, set[str]] = {}
        self._looked = 0
        self.made: list[OpCall] = []

    def read(self, tracer: Tracer) -> tuple[OpCall, ...]:
        """All that was recorded up to now."""
        tracer.settle()
        events = tracer.events
        if self.made:  # the call that the last one belongs to may have gone on
            last = self.made.pop()
            self._begun[events[last.number][1]] = last.sequence[0]
        while len(self.made) < len(events):
            self.made.append(self._call(tracer, len(self.made)))
        return tuple(self.made)

    def _call(self, tracer: Tracer, number: int) -> OpCall:
        name, site, looks, gave, versions, _, node, grad, given_flags, gave_flags, thread = tracer.events[number]
        call, line, module, begun = tracer.told(site)
        backward = node is not None or tracer.is_backward(site)
        if node is not None:
            origin = tracer.origin(node[1])
            line, module = (origin.line, origin.module) if origin is not None else (line, "")
        begin = self._begun.get(site, begun)
        end = self._end(tracer, number)
        self._begun[site] = end
        return OpCall(
            number=number,
            name=name,
            call=call,
            inputs=tuple(self._map(tracer, look, made=False) for look in looks),
            outputs=tuple(self._map(tracer, look, made=end > begin) for look in gave),
            versions=tuple(zip(versions, tracer.written.get(number) or versions, strict=True)),
            tensors=(_column(looks, 0), _column(gave, 0)),
            storages=(_column(looks, 1), _column(gave, 1)),
            sequence=(begin, max(begin, end)),
            thread=thread,
            module=module,
            line=line,
            phase="backward" if backward else "forward",
            node=node,
            grad=grad,
            nonfinite=(_any(given_flags), _any(gave_flags)),
            odd=(tuple(map(settled, given_flags)), tuple(map(settled, gave_flags))),
        )

    @staticmethod
    def _end(tracer: Tracer, number: int) -> int:
        """Where the run of its nodes ends: at the kernel, or for the last operator of a call, where that one ends."""
        events = tracer.events
        site: int = events[number][1]
        count: int = events[number][5]
        last = number + 1 >= len(events) or events[number + 1][1] != site
        ended = tracer.ended.get(site)
        return count if ended is None or not last else max(count, ended)

    def is_foreign(self, tracer: Tracer, site: int, name: str) -> bool:
        """Whether no operator of that call can have made a node of that name: one of another thread has its number."""
        for event in tracer.events[self._looked :]:
            self._names.setdefault(event[1], set()).add(event[0])
        self._looked = len(tracer.events)
        return not may_make(self._names.get(site, ()), name, operator_names())

    def _map(self, tracer: Tracer, look: Look, *, made: bool) -> MemoryMap:
        key = id(look), made
        if key not in self._maps:
            self._maps[key] = tracer.identities.map(look, made=made)
        return self._maps[key]


def _any(flags: list[Any]) -> tuple[bool | None, ...]:
    return tuple(None if (odd := settled(flag)) is None else any(odd) for flag in flags)


def _column(looks: list[Look], place: int) -> tuple[int, ...]:
    return tuple(look[place] for look in looks)
