"""Records of what ran, made of a tracer's lean tuples when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.dispatch.record import OpCall
from tensorlab.dispatch.values import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.dispatch.identities import Look
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.memory.record import MemoryMap


class Reader:
    """Turns the events of one tracer into records, each look and each line once.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     y = torch.ones(3, requires_grad=True) * 2
    >>> [call.name for call in Reader(tracer).read()]
    ['aten.ones.default', 'aten.mul.Tensor']
    """

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._maps: dict[tuple[int, bool], MemoryMap] = {}
        self._begun: dict[int, int] = {}
        self.made: list[OpCall] = []

    def read(self) -> tuple[OpCall, ...]:
        """All that was recorded up to now."""
        events = self._tracer.events
        while len(self.made) < len(events):
            self.made.append(self._call(len(self.made), events[len(self.made)]))
        return tuple(self.made)

    def _call(self, number: int, event: tuple[Any, ...]) -> OpCall:
        name, site, looks, gave, versions, count, node, grad, given_flags, gave_flags, thread = event
        tracer = self._tracer
        call, line, module, begun = tracer.told(site)
        backward = node is not None or tracer.is_backward(site)
        if node is not None:
            origin = tracer.origin(node[1])
            line, module = (origin.line, origin.module) if origin is not None else (line, "")
        begin = self._begun.get(site, begun)
        end = self._end(number, site, count)
        self._begun[site] = end
        return OpCall(
            number=number,
            name=name,
            call=call,
            inputs=tuple(self._map(look, made=False) for look in looks),
            outputs=tuple(self._map(look, made=end > begin) for look in gave),
            versions=tuple(zip(versions, self._after(number, versions), strict=True)),
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

    def _end(self, number: int, site: int, count: int) -> int:
        """Where the run of its nodes ends: at the kernel, or for the last operator of a call, where that one ends."""
        events = self._tracer.events
        last = number + 1 >= len(events) or events[number + 1][1] != site
        ended = self._tracer.ended.get(site)
        return count if ended is None or not last else max(count, ended)

    def _after(self, number: int, versions: list[int | None]) -> Sequence[int | None]:
        return self._tracer.written.get(number, versions)

    def _map(self, look: Look, *, made: bool) -> MemoryMap:
        key = id(look), made
        if key not in self._maps:
            self._maps[key] = self._tracer.identities.map(look, made=made)
        return self._maps[key]


def _any(flags: list[Any]) -> tuple[bool | None, ...]:
    return tuple(None if (odd := settled(flag)) is None else any(odd) for flag in flags)


def _column(looks: list[Look], place: int) -> tuple[int, ...]:
    return tuple(look[place] for look in looks)
