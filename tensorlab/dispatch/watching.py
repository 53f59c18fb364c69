"""Operators as they run: what each was given and gave, in lean tuples that are cheap to make and to keep."""

from __future__ import annotations

import sys
from threading import get_ident
from typing import TYPE_CHECKING, Any

import torch
from torch import is_grad_enabled

from tensorlab.dispatch.frames import users
from tensorlab.dispatch.hiding import NEVER, remembered
from tensorlab.dispatch.identities import PLAIN, Identities
from tensorlab.dispatch.internals import (
    CAN_STEP_ASIDE,
    ENGINE,
    NO_FUNCTIONS,
    function_modes,
    node_count,
    operator_modes,
    running_node,
    sequence_of,
)
from tensorlab.dispatch.kinds import KINDS, kind_of
from tensorlab.dispatch.versions import VERSION, WRITTEN, counted, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType

    from tensorlab.dispatch.hiding import Remembered
    from tensorlab.dispatch.identities import Known, Look
    from tensorlab.dispatch.kinds import Facts

Event = tuple[Any, ...]
"""Operator (or, of a call that reached none, what the user called), site, looks of what it was given, looks of what it
gave, versions of what it was given, autograd's count, the node whose backward it belongs to, whether gradients were
recorded, whether what it was given was finite, the same of what it gave, thread."""


class OperatorLog:
    """What operators were given and gave while a tracer runs."""

    def __init__(self, *, values: bool) -> None:
        self.events: list[Event] = []
        self.written: dict[int, tuple[int | None, ...]] = {}
        """Of each operator that writes: versions of what it was given, afterwards."""
        self.inside: dict[int, tuple[CodeType, int]] = {}
        """Number of an operator that Python code calls first within a node of a backward -> where that stands."""
        self.hiding: list[Remembered] = []
        """Calls whose nodes show nothing of what they save."""
        self.identities = Identities()
        self.threads: dict[int, int] = {}
        self.site = -1
        """The call of the user's that runs."""
        self._operators: Any = None
        self._functions: Any = None
        """The modes, while they are on."""
        self._thread = get_ident()
        self._engine = -1
        self._level = -1
        self._seen = 0
        self._last = 0
        self._values = values
        self._shielded = not CAN_STEP_ASIDE
        """Whether modes of the user's are on beneath: then each operator is run by them."""
        self._pending: tuple[int, list[Known], list[Known]] | None = None
        self._known, self._again, self._ways = self.identities.known, self.identities.again, self.identities.ways
        self._by_id, self._new = self.identities.by_id, self.identities.new

    def _made(self, count: int, node: tuple[str, int | None] | None) -> None:
        raise NotImplementedError

    def _uncalled(self) -> int:
        raise NotImplementedError

    def operator(  # noqa: C901, PLR0912, PLR0915 - one call more costs as much as its work
        self,
        func: Any,  # noqa: ANN401 - an operator
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any] | None,
    ) -> Any:  # noqa: ANN401 - what it gives
        """Run one operator, and note what it was given and gave."""
        shield = NO_FUNCTIONS() if function_modes() else None
        if shield is not None:
            shield.__enter__()
        given: list[Known] = []
        try:
            if self._pending is not None:
                self._count_last()
            count, node, ran, thread, site = node_count(), running_node(), None, 0, self.site
            if node is None:
                site = self._uncalled() if site < 0 else site
            else:
                ran, thread = self._ran(node)
                if shield is None and function_modes():
                    shield = NO_FUNCTIONS()
                    shield.__enter__()
            if count != self._last and not thread:
                self._made(count, ran)
            values, plain, apart = self._values, True, False
            versions: list[int | None] = []
            looks: list[Look] = []
            flags: list[Any] = []
            for thing in args:
                kind = type(thing)
                if kind is _TENSOR or kind in PLAIN:
                    known = self._by_id.get(id(thing))
                    if known is None or known[0]() is not thing:
                        known = self._new(thing)
                    try:
                        version = VERSION(thing)
                    except RuntimeError:  # an inference tensor
                        version = None
                    if values and known[3] != version:
                        self._look(thing, version)
                    given.append(known)
                    versions.append(version)
                    looks.append(known[1])
                    flags.append(known[2])
                elif kind not in _SIMPLE:
                    plain, apart = self._take(thing, given, versions) and plain, True
            if kwargs and not _SIMPLE.issuperset(map(type, kwargs.values())):
                plain, apart = self._take(tuple(kwargs.values()), given, versions) and plain, True
            if apart:
                looks, flags = [known[1] for known in given], [known[2] for known in given]
            grad, events = is_grad_enabled(), self.events
            facts = KINDS.get(id(func)) or kind_of(func)
            if grad and id(func) not in NEVER:
                self._hide(remembered(func, args, dict(kwargs or {}), looks, count))
            if shield is not None and not (plain and facts[5] and not operator_modes()):
                shield.__exit__(None, None, None)
                made = func(*args, **kwargs) if kwargs else func(*args)
                shield = NO_FUNCTIONS()
                shield.__enter__()
            else:
                made = func(*args, **kwargs) if kwargs else func(*args)
            kind = type(made)
            gave: tuple[Look, ...]
            found: tuple[Any, ...]
            if kind is _TENSOR or kind in PLAIN:
                known = self._again(made)
                if values:
                    self._judge(known, facts, given, versions, made)
                gave, found = (known[1],), (known[2],)
            else:
                gave, found = self._gave(facts, given, versions, made)
            if facts[1]:
                written = [self._known(one) for at in facts[4] for one in args[at]]
                self._pending = len(events), given, written
            events.append(
                (facts[0], site, tuple(looks), gave, tuple(versions), count, ran, grad, tuple(flags), found, thread)
            )
        finally:
            if shield is not None:
                shield.__exit__(None, None, None)
        return made

    def _hide(self, call: Remembered | None) -> None:
        """A call whose node shows nothing of what it saves."""
        if call is not None:
            self.hiding.append(call)

    def _look(self, thing: torch.Tensor, version: int | None) -> None:
        """Look at the values of a tensor that was not looked at since it was written."""
        known = self._again(thing)
        look = self._ways[known[1][2]]
        known[2], known[3] = None if look is None else look(thing), version

    def _judge(
        self,
        known: Known,
        facts: Facts,
        given: Sequence[Known],
        versions: Sequence[int | None],
        made: torch.Tensor,
    ) -> None:
        """Look at what an operator gave; not where all it was given is finite and it keeps that, as a view does."""
        view = facts[2] and len(given) > 0
        if (view and given[0][2] is False) or (facts[6] and self._kept(given)):
            known[2] = False
        else:
            look = self._ways[known[1][2]]
            known[2] = None if look is None else look(made)
        known[3] = versions[0] if view else WRITTEN if facts[1] else 0

    def _kept(self, given: Sequence[Known]) -> bool:
        """Whether all is finite, and of one dtype: what is copied into a narrower one may become infinite."""
        metas = self.identities.metas
        first = given[0][1][2] if given else -1
        for known in given:
            place = known[1][2]
            if known[2] is not False or (place != first and metas[place][3] is not metas[first][3]):
                return False
        return first >= 0

    def _take(self, thing: Any, given: list[Known], versions: list[int | None]) -> bool:  # noqa: ANN401 - an argument
        """What is known of tensors that stand in lists or are none of torch's own types; whether none is a subclass."""
        if isinstance(thing, (list, tuple)):
            own = [self._take(one, given, versions) for one in thing if type(one) not in _SIMPLE]
            return all(own)
        if not isinstance(thing, torch.Tensor):
            return True
        known, version = self._known(thing), version_of(thing)
        plain = type(thing) in PLAIN
        if plain and self._values and known[3] != version:
            self._look(thing, version)
        given.append(known)
        versions.append(version)
        return plain

    def _gave(
        self,
        facts: Facts,
        given: Sequence[Known],
        versions: Sequence[int | None],
        made: Any,  # noqa: ANN401 - any
    ) -> tuple[tuple[Look, ...], tuple[Any, ...]]:
        """Looks and values of what an operator gave."""
        if isinstance(made, torch.Tensor):
            known = self._again(made)
            if type(made) not in PLAIN:
                known[2], known[3] = None, -1
            elif self._values:
                self._judge(known, facts, given, versions, made)
            return (known[1],), (known[2],)
        if not isinstance(made, (list, tuple)):
            return (), ()
        parts = [self._gave(facts, given, versions, one) for one in made]
        return tuple(look for part in parts for look in part[0]), tuple(flag for part in parts for flag in part[1])

    def _settle(self) -> None:
        """What the last operator wrote: torch counts it after the operator has run."""
        if not function_modes():
            self._count_last()
            return
        with NO_FUNCTIONS():
            self._count_last()

    def _count_last(self) -> None:
        assert self._pending is not None
        (index, given, lists), self._pending = self._pending, None
        after = counted(self.events[index][4], given, lists)
        if after is not None:
            self.written[index] = after

    def _ran(self, node: Any) -> tuple[tuple[str, int | None], int]:  # noqa: ANN401 - a node of torch's
        """Name and number of the node that runs, and the thread; calls in Python code are watched from here on."""
        self._seen += 1
        ran = type(node).__name__, sequence_of(node)
        ident = get_ident()
        if ident != self._thread:
            return ran, self.threads.setdefault(ident, len(self.threads))
        if function_modes() == self._level and (frame := sys._getframe(3)).f_code is not ENGINE:  # noqa: SLF001 - who called
            user = users(frame)
            if user is not None:
                self.inside[len(self.events)] = user.f_code, user.f_lasti
            self._functions.__enter__()
        return ran, 0


_SIMPLE = frozenset({int, float, bool, str, type(None), torch.dtype, torch.device, torch.layout, torch.memory_format})
_TENSOR = torch.Tensor
