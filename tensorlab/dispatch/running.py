"""Backwards as they run: told before, explained where they raise, and what they began at held by nobody."""

from __future__ import annotations

import weakref
from bisect import bisect_left
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tensorlab.dispatch.backwards import Asked
from tensorlab.dispatch.internals import NO_FUNCTIONS, function_modes, unseen_by_compiler
from tensorlab.dispatch.watching import OperatorLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import torch

    from tensorlab.dispatch.backwards import Backward
    from tensorlab.dispatch.origins import Owner

_MANY = 250
"""So many nodes that Python has seen may hang on one another without harm."""


class BackwardLog(OperatorLog):
    """The backwards that a tracer saw."""

    def __init__(self, *, values: bool) -> None:
        super().__init__(values=values)
        self.backwards: list[Backward] = []
        self.before_backward: Callable[[tuple[torch.Tensor, ...], Backward], None] | None = None
        """Called before each backward, with what it begins at."""
        self.at_failure: Callable[[Exception, Backward], object] | None = None
        """Called with what a backward raised, while what it began at still lives."""
        self.guard: Callable[[Any], object] | None = None
        """What keeps a deep graph behind some tensors safe to free."""
        self.silent = False
        self.running = False
        self._roots: tuple[weakref.ref[torch.Tensor], ...] = ()

    @property
    def running_roots(self) -> tuple[torch.Tensor, ...]:
        """Of the backward that runs, or of one that raised: what it raised keeps them, and nothing here does."""
        return tuple(root for ref in self._roots if (root := ref()) is not None)

    def told(self, site: int) -> tuple[str, str, str, int]:
        """What was called, the line, the module and autograd's count, of a call by its number."""
        raise NotImplementedError

    def is_backward(self, site: int) -> bool:
        """Whether that call is a backward."""
        place = bisect_left(self.backwards, site, key=lambda run: run.site)
        return place < len(self.backwards) and self.backwards[place].site == site

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

    def backward(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - torch's
        """One backward: its roots are told before it runs, what it raises before that leaves it."""
        asked = Asked(func, args, kwargs)
        run = self._begun(asked)
        before, roots = (self._engine, self._level), self._roots
        self._engine, self._level, self._roots = self.site, function_modes(), tuple(map(weakref.ref, asked.roots))
        try:
            if self.before_backward is not None:
                with self.quiet():
                    self.before_backward(asked.roots, run)
            made = func(*args, **kwargs)
            run.failed = False
        except Exception as error:
            self._failed(error, run)
            raise
        finally:
            while function_modes() > self._level:
                self._functions.__exit__(None, None, None)
            self._engine, self._level = before
            run.until = len(self.events)
            if self.guard is not None and self._seen >= _MANY:
                with self.quiet():  # to name a node that ran, torch made a Python object that lives as long
                    self.guard(asked.roots)
            if not run.failed:
                self._roots = roots
        return made

    def _failed(self, error: Exception, run: Backward) -> None:
        if self.at_failure is not None:
            run.until = len(self.events)
            with self.quiet():
                self.at_failure(error, run)

    def _begun(self, asked: Asked) -> Backward:
        with NO_FUNCTIONS():
            numbers = [[self._known(one)[1][0] for one in some] for some in (asked.roots, asked.inputs or ())]
        run = asked.run(self.site, len(self.events), self.told(self.site)[1], numbers)
        self.backwards.append(run)
        return run

    def _catch_up(self, owner: Owner) -> None:
        raise NotImplementedError


unseen_by_compiler(BackwardLog.backward)
