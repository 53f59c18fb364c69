"""What runs while it is entered: each operator with its tensors, and where the user called it.

Two modes of torch's watch: one the functions that the user calls, which gives lines, modules and runs of sequence
numbers; one the operators that reach the kernels, which gives tensors and versions, in backward too. What runs is what
torch runs under modes that do nothing (``prod`` along an axis has another backward there). Lean tuples are
kept while it runs; lines, layouts and records are made of them when they are asked for.
"""

from __future__ import annotations

import sys
import weakref
from threading import get_ident
from types import MethodWrapperType
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import is_grad_enabled

from tensorlab.dispatch.frames import Lines, applications, place, users
from tensorlab.dispatch.internals import (
    CAN_STEP_ASIDE,
    ENGINE,
    NO_FUNCTIONS,
    function_modes,
    node_count,
    running_node,
    step_back,
    unseen_by_compiler,
)
from tensorlab.dispatch.kinds import BARE
from tensorlab.dispatch.modes import Functions, Operators
from tensorlab.dispatch.modules import ModulePaths
from tensorlab.dispatch.naming import called
from tensorlab.dispatch.op_calls import Reader
from tensorlab.dispatch.origins import Origin, Origins
from tensorlab.dispatch.running import BackwardLog
from tensorlab.dispatch.singles import SingleLog
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from types import FrameType

    from tensorlab.dispatch.identities import Known
    from tensorlab.dispatch.origins import Owner
    from tensorlab.dispatch.record import OpCall

Site = tuple[str, Any, int, str, int]
"""What the user called, the code and the instruction in it, the module, autograd's count when it began."""
LIVING: weakref.WeakSet[Tracer] = weakref.WeakSet()
"""Tracers that somebody still holds: whoever looks at a graph asks them."""


class Tracer(SingleLog, BackwardLog):
    """Records what runs while it is entered. It may be entered again later, and goes on then.

    >>> with Tracer() as tracer:
    ...     y = torch.ones(3, requires_grad=True) * 2
    >>> [event[0] for event in tracer.events]
    ['aten.ones.default', 'aten.mul.Tensor']
    """

    def __init__(self, model: torch.nn.Module | None = None, *, values: bool = True) -> None:
        super().__init__(values=values)
        self.sites: list[Site] = []
        self.ended: dict[int, int] = {}
        """Of a call that made nodes after its last operator, autograd's count when it ended."""
        self.origins = Origins()
        self.paths = ModulePaths()
        self._lines = Lines()
        self._reader = Reader()
        LIVING.add(self)
        if model is not None:
            self.paths.learn(model)

    def __enter__(self) -> Self:
        if self.running:
            raise UnsupportedError("the recording is running already", hint="a block inside its own is part of it")
        self.paths.home = id(users(sys._getframe(1)))  # noqa: SLF001 - where the user stands
        self._thread = get_ident()
        self.threads.setdefault(self._thread, len(self.threads))
        self._shielded = not CAN_STEP_ASIDE or function_modes() > 0
        self._last = node_count()
        self.origins.note(self._last, None)
        self._operators, self._functions = Operators(self), Functions(self)
        self._operators.__enter__()
        self._functions.__enter__()
        self.running = True
        return self

    def __exit__(self, *raised: object) -> None:
        self._functions.__exit__(None, None, None)
        self._operators.__exit__(None, None, None)
        self._functions = self._operators = None
        self._roots = ()
        self.settle()
        self._catch_up(None)
        self.running = False
        self.paths.home = 0

    @property
    def calls(self) -> tuple[OpCall, ...]:
        """What ran, as records."""
        return self._reader.read(self)

    def origin(self, sequence: int | None, name: str = "") -> Origin | None:
        """Where the node of a sequence number was made; None where that was not seen.

        Sequence numbers are counted in each thread: with the name of the node, one that another thread made is told
        by operators that are not its own.
        """
        if sequence is None:
            return None
        site = self.origins.owner(sequence)
        alone = site == self.origins.direct(sequence)
        if site is None or (name and alone and self._reader.is_foreign(self, site, name)):
            return None
        call, line, module, _ = self.told(site)
        return Origin(line, module, call)

    def settle(self) -> None:
        """See what the last operator wrote, where that is still to be done."""
        if self._pending is not None:
            self._settle()

    def told(self, site: int) -> tuple[str, str, str, int]:
        """What was called, the line, the module and autograd's count, of a call by its number."""
        if site < 0:
            return "", "", "", 0
        call, code, instruction, module, before = self.sites[site]
        return call, self._lines.at(code, instruction), module, before

    def python_line(self, number: int) -> str:
        """Where Python code, as a hook, called an operator of a backward; "" where the engine itself did."""
        if number in self.inside:
            return self._lines.at(*self.inside[number])
        site = self.events[number][1]
        return "" if self.is_backward(site) else self.told(site)[1]

    def tensor_number(self, tensor: torch.Tensor) -> int | None:
        """The number of a tensor that lives, where it has one."""
        return self.identities.number(tensor)

    def storage_number(self, storage: torch.UntypedStorage) -> int | None:
        """The number of a storage that lives, where it has one."""
        return self.identities.storage_number(storage)

    def enter(self, func: Any, frame: FrameType) -> None:  # noqa: ANN401 - any function of torch's
        """A call of the user's begins."""
        if self._pending is not None:
            self._settle()
        count = node_count()
        if count != self._last:
            self._gap(count, frame, None)
        self.site = len(self.sites)
        self.sites.append((called(func), *place(frame, self.paths), count))

    def single(self, func: Any, args: tuple[Any, ...], frame: FrameType) -> Any:  # noqa: ANN401 - any function of torch's
        """A call of the user's that is one operator, from its beginning to its end."""
        outer = self.site
        try:
            self.enter(func, frame)
            return self._run_one(func, args)
        finally:
            step_back(self._operators)
            self.leave(outer)

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
        """A call that reached no operator; one that no tensor was given to, and that gave none, is not told."""
        with NO_FUNCTIONS():
            given: list[Known] = []
            versions: list[int | None] = []
            values, self._values = self._values, False
            self._take(args, given, versions)
            if not given and not isinstance(made, torch.Tensor):
                self._values = values
                return
            if type(func) is not MethodWrapperType or func.__name__ != "__get__":
                for known in given:
                    self._again(known[0]())  # it may have changed what the tensor is
            looks = tuple([known[1] for known in given])
            node = running_node()
            ran = None if node is None else self._ran(node)[0]
            name, _, _, _, before = self.sites[self.site]
            flags = (None,) * len(given)
            gave, found = self._gave(BARE, (), (), made if isinstance(made, torch.Tensor) else None)
            self._values = values
            self.events.append(
                (name, self.site, looks, gave, tuple(versions), before, ran, is_grad_enabled(), flags, found, 0)
            )

    def _uncalled(self) -> int:
        """The site of an operator past the functions that torch shows, as ``from_numpy`` and ``set_`` are."""
        self.sites.append(("", *place(sys._getframe(2), self.paths), self._last))  # noqa: SLF001 - who called
        return len(self.sites) - 1

    def _made(self, count: int, node: tuple[str, int | None] | None) -> None:
        """Nodes that were made before an operator reached its kernel."""
        owner: Owner = self.site
        if self.site == self._engine:
            owner = None if node is None or node[1] is None else (node[0], node[1])
            frame = sys._getframe(3)  # noqa: SLF001 - who called
            if frame.f_code is not ENGINE:
                owner = len(self.sites)
                self.sites.append(("", *place(frame, self.paths), self._last))
                self._gap(count, frame, owner)
                return
        self._last = count
        self.origins.note(count, owner)


unseen_by_compiler(*(getattr(Tracer, name) for name in ("enter", "leave", "operator", "single", "bare")))
