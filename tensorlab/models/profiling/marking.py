"""Hooks on the parts of a module and on the nodes of its backward: who runs from which moment to which."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.models.profiling.gathering import LOSS, Visit
from tensorlab.models.profiling.watching import tensors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Self

    import torch
    from torch import nn

    from tensorlab.models.profiling.gathering import Place
    from tensorlab.models.profiling.record import Phase


class Spent(NamedTuple):
    """A stretch of time."""

    place: Place
    seconds: float


class Marks:
    """Cuts a pass into stretches while it is entered: each is of one call of one part, or of what calls the parts.

    Hooks are gone when it is left, whatever happened.

    Args:
        module: What is called.
        clock: Seconds, read when all that was given to the device is done.
        ended: Called at the end of each stretch, between the two looks at the clock.
        gave: Called with a stretch, what the part was given and what it gave, when a part ends.

    >>> import torch
    >>> ticks = iter(range(99))
    >>> module = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Flatten())
    >>> with Marks(module, lambda: float(next(ticks))) as marks:
    ...     _ = module(torch.zeros(2, 3))
    >>> [visit.name for visit in marks.visits if visit and visit.leaf], len(marks.spent), module[0]._forward_hooks
    (['0', '1'], 7, OrderedDict())
    """

    def __init__(
        self,
        module: nn.Module,
        clock: Callable[[], float],
        *,
        ended: Callable[[Place], None] | None = None,
        gave: Callable[[int, Any, Any], None] | None = None,
    ) -> None:
        self.spent: list[Spent] = []
        self.visits: list[Visit | None] = [None]
        """Of each stretch of the forward pass, whose it is; None before the module begins, and when it has ended."""
        self.place: Place = ("forward", 0)
        self._module, self._clock, self._ended, self._gave = module, clock, ended, gave
        self._stack: list[tuple[nn.Module, Visit]] = []
        self._calls: dict[int, int] = {}
        self._nodes: set[Any] = set()
        self._handles: list[Any] = []
        self._began = 0.0

    def __enter__(self) -> Self:
        for name, part in self._module.named_modules():
            word = name or type(part).__name__
            self._handles.append(part.register_forward_pre_hook(partial(self._enter, word), with_kwargs=True))
            self._handles.append(part.register_forward_hook(self._leave, with_kwargs=True, always_call=True))
        self._began = self._clock()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._cut(self.place)
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._nodes.clear()

    def phase(self, phase: Phase) -> None:
        """From now on it is the loss, the backward, or the optimizer that runs."""
        self._cut((phase, LOSS))

    def follow(self, outputs: object) -> None:
        """What made these tensors was made in the stretch that ends: its nodes are waited for in the backward."""
        self._follow(tensors_in(outputs), self.place[1])

    def _cut(self, place: Place, seen: object = None) -> None:
        """One stretch ends, another begins; what is done here is in neither."""
        now = self._clock()
        self.spent.append(Spent(self.place, now - self._began))
        if seen is not None:
            self.follow(seen)
        if self._ended is not None:
            self._ended(self.place)
        self.place = place
        self._began = self._clock()

    def _next(self, visit: Visit | None) -> Place:
        self.visits.append(visit)
        return "forward", len(self.visits) - 1

    def _enter(self, name: str, module: nn.Module, args: object, kwargs: object) -> None:
        call = self._calls[id(module)] = self._calls.get(id(module), 0) + 1
        visit = Visit(name, call, type(module).__name__, leaf=next(module.children(), None) is None)
        self._stack.append((module, visit))
        self._cut(self._next(visit), (args, kwargs))

    def _leave(self, module: nn.Module, args: object, kwargs: object, output: object) -> None:
        if not any(part is module for part, _ in self._stack):
            return
        stretch = self.place[1]
        while self._stack.pop()[0] is not module:
            pass  # a part that raised, and whose error was caught
        if self._gave is not None and self.place[0] == "forward":
            self._gave(stretch, (args, kwargs), output)
        self._cut(self._next(self._stack[-1][1] if self._stack else None), output)

    def _follow(self, tensors: Iterable[torch.Tensor], stretch: int) -> None:
        """The nodes that lead to these tensors, up to those that are known."""
        pending = [tensor.grad_fn for tensor in tensors if tensor.requires_grad and tensor.grad_fn is not None]
        while pending:
            node: Any = pending.pop()
            if node in self._nodes:
                continue
            self._nodes.add(node)
            self._handles.append(node.register_prehook(partial(self._back, stretch)))
            pending += [inner for inner, _ in node.next_functions if inner is not None]

    def _back(self, stretch: int, _: object) -> None:
        if self.place != ("backward", stretch):
            self._cut(("backward", stretch))
