"""What runs while it is entered: each operator with its tensors, and where the user called it; nothing is changed.

Two modes of torch's watch: one the functions that the user calls, which gives lines, modules and runs of sequence
numbers; one the operators that reach the kernels, which gives tensors and versions, in backward too. Lean tuples are
kept while it runs; lines, layouts and records are made of them when they are asked for.
"""

from __future__ import annotations

import sys
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import is_grad_enabled
from torch.compiler import is_compiling
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from tensorlab.dispatch.frames import Lines, applications, place, users
from tensorlab.dispatch.hiding import NEVER, remembered
from tensorlab.dispatch.identities import PLAIN, Identities
from tensorlab.dispatch.internals import ENGINE, NO_FUNCTIONS, function_modes, node_count, running_node, sequence_of
from tensorlab.dispatch.modules import ModulePaths
from tensorlab.dispatch.naming import BACKWARDS, called, is_asked
from tensorlab.dispatch.op_calls import Reader
from tensorlab.dispatch.origins import Origin, Origins
from tensorlab.dispatch.values import nonfinite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

    from tensorlab.dispatch.hiding import Remembered
    from tensorlab.dispatch.identities import Known, Look
    from tensorlab.dispatch.origins import Owner
    from tensorlab.dispatch.record import OpCall


Event = tuple[Any, ...]
"""Operator (or, of a call that reached none, what the user called), site, looks of what it was given, looks of what it gave,
versions of what it was given, autograd's count, the node whose backward it belongs to, whether gradients were recorded,
whether what it was given was finite, the same of what it gave, thread."""
Site = tuple[str, Any, int, str, int]
"""What the user called, the code and the instruction in it, the module, autograd's count when it began."""


@dataclass(slots=True, kw_only=True)
class Backward:
    """One run of a backward, as far as it has come."""

    site: int
    at: int
    """Events that there were when it began."""
    until: int = -1
    """And when it ended; -1 while it runs."""
    kind: Literal["backward", "grad"]
    line: str
    roots: tuple[int, ...]
    """Numbers of the tensors that it began at."""
    inputs: tuple[int, ...] | None
    """Of those whose gradients were asked for; None for all leaves."""
    given: bool
    """Whether the first gradient was given."""
    retain: bool | None
    create: bool
    failed: bool = True
    """Whether it raised; also while it runs."""


LIVING: weakref.WeakSet[Tracer] = weakref.WeakSet()
"""Tracers that somebody still holds: whoever looks at a graph asks them."""


class _Functions(TorchFunctionMode):
    def __init__(self, tracer: Tracer) -> None:
        super().__init__()
        self._tracer = tracer

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401 - torch's own signature
        types: Any,  # noqa: ANN401, ARG002 - torch's own signature
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        tracer = self._tracer
        if is_compiling() or tracer.silent:
            return func(*args, **(kwargs or {}))
        outer, seen = tracer.site, len(tracer.events)
        tracer.enter(func, sys._getframe(1))  # noqa: SLF001 - where the user stands
        try:
            if func in BACKWARDS:
                made = tracer.backward(func, args, kwargs or {})
            else:
                made = func(*args, **kwargs) if kwargs else func(*args)
            if len(tracer.events) == seen and not is_asked(func):
                tracer.bare(func, args, made)
        finally:
            tracer.leave(outer)
        return made


class _Operators(TorchDispatchMode):
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Torch wraps the method below otherwise: 3 us a call, and the compiler is loaded."""
        return False

    def __init__(self, tracer: Tracer) -> None:
        super().__init__()
        self._tracer = tracer

    def __torch_dispatch__(
        self,
        func: Any,  # noqa: ANN401 - torch's own signature
        types: Any,  # noqa: ANN401, ARG002 - torch's own signature
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        if is_compiling() or self._tracer.silent:
            return func(*args, **(kwargs or {}))
        return self._tracer.operator(func, args, kwargs)


class Tracer:
    """Records what runs while it is entered. It may be entered again later, and goes on then.

    >>> with Tracer() as tracer:
    ...     y = torch.ones(3, requires_grad=True) * 2
    >>> [event[0] for event in tracer.events]
    ['aten.ones.default', 'aten.mul.Tensor']
    """

    def __init__(self, model: torch.nn.Module | None = None, *, values: bool = True) -> None:
        self.events: list[Event] = []
        self.sites: list[Site] = []
        self.written: dict[int, list[int | None]] = {}
        """Of each operator that writes: versions of what it was given, afterwards."""
        self.ended: dict[int, int] = {}
        """Of a call that made nodes after its last operator, autograd's count when it ended."""
        self.origins = Origins()
        self.identities = Identities()
        self.paths = ModulePaths()
        self.threads: dict[int, int] = {}
        self.backwards: list[Backward] = []
        self.hiding: list[Remembered] = []
        self.before_backward: Callable[[tuple[torch.Tensor, ...], Backward], None] | None = None
        self.guard: Callable[[Any], None] | None = None
        self.running_roots: tuple[torch.Tensor, ...] = ()
        """Of the backward that runs, or that raised what leaves the block."""
        self.site = -1
        self.silent = False
        self.running = False
        self._engine = -1
        self._level = -1
        self._seen = 0
        self._values = values
        self._last = 0
        self._pending: tuple[int, list[Known], list[Known]] | None = None
        self._operators, self._functions = _Operators(self), _Functions(self)
        self._known, self._again, self._ways = self.identities.known, self.identities.again, self.identities.ways
        self._lines = Lines()
        self._reader = Reader(self)
        LIVING.add(self)
        if model is not None:
            self.paths.learn(model)

    def __enter__(self) -> Tracer:
        self.paths.home = id(users(sys._getframe(1)))  # noqa: SLF001 - where the user stands
        self._thread = get_ident()
        self.threads.setdefault(self._thread, len(self.threads))
        self._last = node_count()
        self.origins.note(self._last, None)
        self.running = True
        self._operators.__enter__()
        self._functions.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._functions.__exit__(None, None, None)
        self._operators.__exit__(None, None, None)
        self.running_roots = ()
        if self._pending is not None:
            self._settle()
        self._catch_up(None)
        self.running = False
        self.paths.home = 0

    @property
    def calls(self) -> tuple[OpCall, ...]:
        """What ran, as records."""
        return self._reader.read()

    def origin(self, sequence: int | None, name: str = "", thread: int | None = None) -> Origin | None:  # noqa: ARG002
        """Where the node of a sequence number was made; None where that was not seen."""
        site = None if sequence is None else self.origins.owner(sequence)
        if site is None:
            return None
        call, line, module, _ = self.told(site)
        return Origin(line, module, call)

    def told(self, site: int) -> tuple[str, str, str, int]:
        """What was called, the line, the module and autograd's count, of a call by its number."""
        if site < 0:
            return "", "", "", 0
        call, code, instruction, module, before = self.sites[site]
        return call, self._lines.at(code, instruction), module, before

    def is_backward(self, site: int) -> bool:
        """Whether that call is a backward."""
        return any(run.site == site for run in self.backwards)

    def tensor_number(self, tensor: torch.Tensor) -> int | None:
        """The number of a tensor that lives, where it has one."""
        return self.identities.number(tensor)

    def storage_number(self, storage: torch.UntypedStorage) -> int | None:
        """The number of a storage that lives, where it has one."""
        return self.identities.storage_number(storage)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """A block of which nothing is recorded."""
        before, self.silent = self.silent, True
        try:
            yield
        finally:
            self.silent = before
            if self.running:
                self._catch_up(None)

    def enter(self, func: Any, frame: FrameType) -> None:  # noqa: ANN401 - any function of torch's
        """A call of the user's begins."""
        if self._pending is not None:
            self._settle()
        count = node_count()
        if count != self._last:
            self._gap(count, frame, None)
        self.site = len(self.sites)
        self.sites.append((called(func), *place(frame, self.paths), count))

    def leave(self, outer: int) -> None:
        """It ends: nodes that are there now and were not before are its own."""
        if self._pending is not None:
            self._settle()
        count = node_count()
        if count != self._last:
            self._last = self.ended[self.site] = count
            self.origins.note(count, self.site)
        self.site = outer

    def _catch_up(self, owner: Owner) -> None:
        count = node_count()
        if count != self._last:
            self._last = count
            self.origins.note(count, owner)

    def _gap(self, count: int, frame: FrameType, otherwise: Owner) -> None:
        """Nodes that no call made: those of custom Functions, which are made before their forward runs."""
        found = applications(frame, count - self._last, self.paths)
        unknown = count - len(found)
        if unknown > self._last:
            self.origins.note(unknown, otherwise)
        for where in reversed(found):
            unknown += 1
            self.origins.note(unknown, len(self.sites))
            self.sites.append(("torch.autograd.Function.apply", *where, unknown - 1))
        self._last = count

    def bare(self, func: Any, args: tuple[Any, ...], made: Any) -> None:  # noqa: ANN401 - any function of torch's
        """A call that reached no operator."""
        with NO_FUNCTIONS():
            given: list[Known] = []
            versions: list[int | None] = []
            values, self._values = self._values, False
            self._take(args, given, versions)
            for known in given:
                self._again(known[0]())  # it may have changed what the tensor is
            looks = tuple(known[1] for known in given)
            node = running_node()
            ran = None if node is None else self._ran(node)[0]
            before = self.sites[self.site][4]
            flags = (None,) * len(given)
            gave, found = self._gave(_BARE, [], made if isinstance(made, torch.Tensor) else None)
            self._values = values
            self.events.append(
                (called(func), self.site, looks, gave, tuple(versions), before, ran, is_grad_enabled(), flags, found, 0)
            )

    def backward(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - torch's
        """One backward: its roots are told before it runs."""
        before = self._engine, self._level
        self._engine, self._level = self.site, function_modes()
        run = self._run(func, args, kwargs)
        roots, self.running_roots = self.running_roots, _given_tensors(args[0] if args else kwargs.get("tensors"))
        if self.before_backward is not None:
            with self.quiet():
                self.before_backward(self.running_roots, run)
        try:
            made = func(*args, **kwargs)
            run.failed = False
        finally:
            while function_modes() > self._level:
                self._functions.__exit__(None, None, None)
            self._engine, self._level = before
            run.until = len(self.events)
            self._brake()
            if not run.failed:
                self.running_roots = roots
        return made

    def _brake(self) -> None:
        """Keep a deep graph safe to free: to name a node that ran, torch makes a Python object that lives with it."""
        if self.guard is not None and self._seen >= _MANY:
            with self.quiet():
                self.guard(self.running_roots)

    def _run(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Backward:  # noqa: ANN401 - torch's
        named = dict(zip(("roots", *_ARGUMENTS[func.__name__ == "grad"]), args, strict=False)) | dict(kwargs)
        roots = named.get("roots", named.get("tensors", named.get("outputs")))
        given = named.get("gradient", named.get("grad_tensors", named.get("grad_outputs")))
        inputs = named.get("inputs")
        run = Backward(
            site=self.site,
            at=len(self.events),
            kind="grad" if func is torch.autograd.grad else "backward",
            line=self.told(self.site)[1],
            roots=self._numbers(roots),
            inputs=None if inputs is None else self._numbers(inputs),
            given=given is not None,
            retain=named.get("retain_graph"),
            create=bool(named.get("create_graph")),
        )
        self.backwards.append(run)
        return run

    def _numbers(self, things: Any) -> tuple[int, ...]:  # noqa: ANN401 - tensors, edges of a graph
        with NO_FUNCTIONS():
            return tuple(self.identities.known(thing)[1][0] for thing in _given_tensors(things))

    def operator(  # noqa: C901, PLR0912 - what runs for every operator stands in one place: a call costs as much as it
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
                self._hide(remembered(func, args, kwargs, looks, count))
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
                lists = facts[4] and not torch.is_inference_mode_enabled()
                written = [self._known(one) for at in facts[4] for one in args[at]] if lists else []
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

    def _gave(self, facts: Facts, flags: list[Any], made: Any) -> tuple[tuple[Look, ...], tuple[Any, ...]]:  # noqa: ANN401
        """Looks and values of what an operator gave."""
        whole = facts[2] and len(flags) > 0 and flags[0] is False  # a view of what is finite is finite
        if type(made) in PLAIN:
            known = self._again(made)
            if self._values:
                known[2] = False if whole else self._looked(known, made)
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

    def _made(self, count: int, node: tuple[str, int | None] | None) -> None:
        """Nodes that were made before an operator reached its kernel."""
        owner: Owner = self.site
        if self.site == self._engine:
            owner = node
            frame = sys._getframe(3)  # noqa: SLF001 - who called
            if frame.f_code is not ENGINE:
                owner = len(self.sites)
                self.sites.append(("", *place(frame, self.paths), self._last))
                self._gap(count, frame, owner)
                return
        self._last = count
        self.origins.note(count, owner)


_MANY = 250
"""So many nodes that Python has seen may hang on one another without harm."""
_ARGUMENTS = (
    ("gradient", "retain_graph", "create_graph", "inputs"),
    ("inputs", "grad_outputs", "retain_graph", "create_graph"),
)
"""Arguments of ``backward`` and of ``grad`` after the first, in order."""


def _given_tensors(things: Any) -> tuple[torch.Tensor, ...]:  # noqa: ANN401 - a tensor, several, edges of a graph
    if isinstance(things, dict):
        things = tuple(things.values())
    found = things if isinstance(things, (list, tuple)) else (things,)
    return tuple(thing for thing in found if isinstance(thing, torch.Tensor))


_SIMPLE = frozenset({int, float, bool, str, type(None), torch.dtype, torch.device, torch.layout})


_BASE: Any = torch.Tensor
_TENSOR = torch.Tensor
_VERSION: Callable[[torch.Tensor], int] = _BASE._version.__get__  # noqa: SLF001 - a public property, in spite of its name


def _version(tensor: torch.Tensor) -> int | None:
    try:
        return _VERSION(tensor)
    except RuntimeError:  # an inference tensor
        return None


Facts = tuple[str, bool, bool, Any, tuple[int, ...]]
"""Name of an operator, whether it writes what it is given, whether it gives a view, itself, and which of its arguments
are lists that it writes."""
_KINDS: dict[int, Facts] = {}
_BARE: Facts = ("", False, False, None, ())


def _kind(func: Any) -> Facts:  # noqa: ANN401 - an operator
    schema = getattr(func, "_schema", None)
    writes = schema is not None and schema.is_mutable
    view = schema is not None and not writes and any(value.alias_info is not None for value in schema.returns)
    lists = tuple(at for at, one in enumerate(schema.arguments) if _is_written_list(one)) if writes else ()
    found = _KINDS[id(func)] = (str(func), writes, view, func, lists)
    return found


def _is_written_list(argument: Any) -> bool:  # noqa: ANN401 - of a schema of torch's
    alias = argument.alias_info
    return alias is not None and alias.is_write and "List" in str(argument.type)
