"""Operators as they run: what each was given and gave, in lean tuples that are cheap to make and to keep."""

from __future__ import annotations

import sys
from threading import get_ident
from typing import TYPE_CHECKING, Any

import torch
from torch import is_grad_enabled

from tensorlab.dispatch.hiding import NEVER, remembered
from tensorlab.dispatch.identities import PLAIN, Identities
from tensorlab.dispatch.internals import (
    CAN_STEP_ASIDE,
    ENGINE,
    NO_FUNCTIONS,
    function_modes,
    is_plain,
    node_count,
    running_node,
    sequence_of,
    step_aside,
    step_back,
)
from tensorlab.dispatch.values import nonfinite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.dispatch.hiding import Remembered
    from tensorlab.dispatch.identities import Known, Look

Event = tuple[Any, ...]
"""Operator (or, of a call that reached none, what the user called), site, looks of what it was given, looks of what it
gave, versions of what it was given, autograd's count, the node whose backward it belongs to, whether gradients were
recorded, whether what it was given was finite, the same of what it gave, thread."""
Facts = tuple[str, bool, bool, Any, tuple[int, ...]]
"""Name of an operator, whether it writes what it is given, whether it gives a view, itself, and which of its arguments
are lists that it writes."""


class OperatorLog:
    """What operators were given and gave while a tracer runs."""

    def __init__(self, *, values: bool) -> None:
        self.events: list[Event] = []
        self.written: dict[int, list[int | None]] = {}
        """Of each operator that writes: versions of what it was given, afterwards."""
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

    def _made(self, count: int, node: tuple[str, int | None] | None) -> None:
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
                self._settle()
            count, node, ran, thread = node_count(), running_node(), None, 0
            if node is not None:
                ran, thread = self._ran(node)
            if count != self._last and not thread:
                self._made(count, ran)
            values = self._values
            versions: list[int | None] = []
            for thing in args:
                kind = type(thing)
                if kind is _TENSOR or kind in PLAIN:
                    known = self._known(thing)
                    try:
                        version = _VERSION(thing)
                    except RuntimeError:  # an inference tensor
                        version = None
                    if values and known[3] != version:
                        known[2], known[3] = self._looked(known, thing), version
                    given.append(known)
                    versions.append(version)
                elif kind not in _SIMPLE:
                    self._take(thing, given, versions)
            if kwargs:
                self._take(tuple(kwargs.values()), given, versions)
            facts = _KINDS.get(id(func)) or _kind(func)
            looks, flags = [known[1] for known in given], [known[2] for known in given]
            if id(func) not in NEVER:
                self._hide(remembered(func, args, dict(kwargs or {}), looks, count))
        finally:
            if shield is not None:
                shield.__exit__(None, None, None)
        grad, site, events = is_grad_enabled(), self.site, self.events
        made = func(*args, **kwargs) if kwargs else func(*args)
        if shield is not None:
            shield.__enter__()
        try:
            gave, found = self._gave(facts, flags, made)
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

    def is_single(self, args: tuple[Any, ...]) -> bool:
        """Whether a function that is one operator runs that and nothing else, on tensors of torch's own types."""
        return (
            self._engine < 0
            and not self._shielded
            and _PLAIN_KINDS.issuperset(map(type, args))
            and is_plain()
            and step_aside(self._operators)
        )

    def _run_one(self, func: Any, args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a function of torch's
        """Run a function that is one operator; which one, is seen the first time. The mode has stepped aside."""
        facts = _SINGLES.get((func, *map(type, args)))
        if facts is None:
            return self._met(func, args)
        looks: tuple[Look, ...] = ()
        versions: tuple[int | None, ...] = ()
        flags: tuple[Any, ...] = ()
        for thing in args:
            if type(thing) in PLAIN:
                known, version = self._known(thing), _version(thing)
                if self._values and known[3] != version:
                    known[2], known[3] = self._looked(known, thing), version
                looks, versions, flags = (*looks, known[1]), (*versions, version), (*flags, known[2])
        made = func(*args)
        gave, found = self._gave(facts, flags, made)
        self.events.append(
            (facts[0], self.site, looks, gave, versions, node_count(), None, is_grad_enabled(), flags, found, 0)
        )
        return made

    def _met(self, func: Any, args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a function of torch's
        step_back(self._operators)
        try:
            seen = len(self.events)
            made = func(*args)
            if len(self.events) == seen + 1 and self.events[-1][3]:
                name = self.events[-1][0]
                _SINGLES[func, *map(type, args)] = next(facts for facts in _KINDS.values() if facts[0] == name)
            return made
        finally:
            step_aside(self._operators)

    def _looked(self, known: Known, thing: torch.Tensor) -> Any:  # noqa: ANN401 - yes, no, or what will tell
        look = self._ways[known[1][2]]
        return nonfinite(thing) if look is None else look(thing)

    def _take(self, thing: Any, given: list[Known], versions: list[int | None]) -> None:  # noqa: ANN401 - an argument
        """What is known of tensors that stand in lists, or are none of torch's own types."""
        if isinstance(thing, (list, tuple)):
            for one in thing:
                self._take(one, given, versions)
        elif isinstance(thing, torch.Tensor):
            known, version = self._known(thing), _version(thing)
            if self._values and known[3] != version:
                known[2], known[3] = nonfinite(thing), version
            given.append(known)
            versions.append(version)

    def _gave(self, facts: Facts, flags: Sequence[Any], made: Any) -> tuple[tuple[Look, ...], tuple[Any, ...]]:  # noqa: ANN401 - any
        """Looks and values of what an operator gave."""
        whole = facts[2] and len(flags) > 0 and flags[0] is False  # a view of what is finite is finite
        if type(made) in PLAIN:
            known = self._again(made)
            if self._values:
                look = self._ways[known[1][2]]
                known[2] = False if whole else look(made) if look is not None else nonfinite(made)
                known[3] = -1 if facts[1] or facts[2] else 0
            return (known[1],), (known[2],)
        if made is None:
            return (), ()
        parts = [self._gave(facts, flags, one) for one in made] if isinstance(made, (list, tuple)) else []
        if isinstance(made, torch.Tensor):  # a subclass
            known = self._again(made)
            known[2], known[3] = None, -1
            parts = [((known[1],), (None,))]
        return tuple(look for part in parts for look in part[0]), tuple(flag for part in parts for flag in part[1])

    def _settle(self) -> None:
        """What the last operator wrote: torch counts it after the operator has run."""
        with NO_FUNCTIONS():
            self._count_last()

    def _count_last(self) -> None:
        assert self._pending is not None
        (index, given, lists), self._pending = self._pending, None
        before = self.events[index][4]
        if lists:
            self._count_writes(dict(zip(map(id, given), before, strict=True)), lists)
        living = ((known[0](), then) for known, then in zip(given, before, strict=True))
        after = [then if thing is None else _version(thing) for thing, then in living]
        if tuple(after) != before:
            self.written[index] = after

    def _count_writes(self, before: dict[int, int | None], lists: list[Known]) -> None:
        """Under any mode torch does not count what is written to lists of tensors; backward would miss such a write."""
        for known in lists:
            thing, then = known[0](), before[id(known)]
            if thing is not None and then is not None and _version(thing) == then:
                torch.autograd.graph.increment_version(thing)

    def _ran(self, node: Any) -> tuple[tuple[str, int | None], int]:  # noqa: ANN401 - a node of torch's
        """Name and number of the node that runs, and the thread; calls in Python code are watched from here on."""
        self._seen += 1
        ran = type(node).__name__, sequence_of(node)
        ident = get_ident()
        if ident != self._thread:
            return ran, self.threads.setdefault(ident, len(self.threads))
        if function_modes() == self._level and sys._getframe(3).f_code is not ENGINE:  # noqa: SLF001 - who called
            self._functions.__enter__()
        return ran, 0


_SIMPLE = frozenset({int, float, bool, str, type(None), torch.dtype, torch.device, torch.layout})
_BASE: Any = torch.Tensor
_TENSOR = torch.Tensor
_VERSION: Callable[[torch.Tensor], int] = _BASE._version.__get__  # noqa: SLF001 - public, in spite of its name


def _version(tensor: torch.Tensor) -> int | None:
    try:
        return _VERSION(tensor)
    except RuntimeError:  # an inference tensor
        return None


_KINDS: dict[int, Facts] = {}
_SINGLES: dict[tuple[Any, ...], Facts] = {}
"""Function and types of its arguments -> the operator that it is."""
_PLAIN_KINDS = frozenset({torch.Tensor, torch.nn.Parameter, int, float})
BARE: Facts = ("", False, False, None, ())
"""Of a call that reaches no operator."""


def _kind(func: Any) -> Facts:  # noqa: ANN401 - an operator
    schema: Any = getattr(func, "_schema", None)
    writes = schema is not None and schema.is_mutable
    view = schema is not None and not writes and any(value.alias_info is not None for value in schema.returns)
    lists = tuple(at for at, one in enumerate(schema.arguments) if _is_written_list(one)) if writes else ()
    found = _KINDS[id(func)] = (str(func), writes, view, func, lists)
    return found


def _is_written_list(argument: Any) -> bool:  # noqa: ANN401 - of a schema of torch's
    alias = argument.alias_info
    return alias is not None and alias.is_write and "List" in str(argument.type)
