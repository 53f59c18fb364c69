"""Functions that are one operator: it runs past the mode, and what it was given and gave is noted here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import is_grad_enabled

from tensorlab.dispatch.identities import PLAIN
from tensorlab.dispatch.internals import is_plain, node_count, step_aside, step_back
from tensorlab.dispatch.kinds import KINDS
from tensorlab.dispatch.versions import counted, version_of
from tensorlab.dispatch.watching import OperatorLog

if TYPE_CHECKING:
    from tensorlab.dispatch.identities import Known, Look
    from tensorlab.dispatch.kinds import Facts


class SingleLog(OperatorLog):
    """The same of functions that are one operator."""

    def is_single(self, args: tuple[Any, ...]) -> bool:
        """Whether a function that is one operator runs that and nothing else, on tensors of torch's own types."""
        return (
            self._engine < 0
            and not self._shielded
            and _PLAIN_KINDS.issuperset(map(type, args))
            and is_plain()
            and step_aside(self._operators)
        )

    def _run_one(  # noqa: PLR0915 - one call more costs as much as its work
        self,
        func: Any,  # noqa: ANN401 - a function of torch's
        args: tuple[Any, ...],
    ) -> Any:  # noqa: ANN401 - what it gives
        """Run a function that is one operator; which one, is seen the first time. The mode has stepped aside."""
        given: list[Known] = []
        versions: list[int | None] = []
        looks: list[Look] = []
        flags: list[Any] = []
        grad, values, recorded = is_grad_enabled(), self._values, False
        for thing in args:
            if type(thing) in PLAIN:
                known = self._by_id.get(id(thing))
                if known is None or known[0]() is not thing:
                    known = self._new(thing)
                version = version_of(thing)
                if values and known[3] != version:
                    self._look(thing, version)
                recorded = recorded or (grad and thing.requires_grad)
                given.append(known)
                versions.append(version)
                looks.append(known[1])
                flags.append(known[2])
        kind = (func, recorded, *map(type, args))
        facts = _SINGLES.get(kind)
        if facts is None:
            return self._met(func, args, kind)
        before = tuple(versions)
        made = func(*args)
        gave, found = self._gave(facts, given, before, made)
        if facts[1]:
            after = counted(before, given, ())
            if after is not None:
                self.written[len(self.events)] = after
        self.events.append(
            (facts[0], self.site, tuple(looks), gave, before, node_count(), None, grad, tuple(flags), found, 0)
        )
        return made

    def _met(self, func: Any, args: tuple[Any, ...], kind: tuple[Any, ...]) -> Any:  # noqa: ANN401 - of torch's
        step_back(self._operators)
        try:
            seen = len(self.events)
            made = func(*args)
            if len(self.events) == seen + 1 and self.events[-1][3]:
                name = self.events[-1][0]
                _SINGLES[kind] = next(facts for facts in KINDS.values() if facts[0] == name)
            return made
        finally:
            step_aside(self._operators)


_SINGLES: dict[tuple[Any, ...], Facts] = {}
"""Function, whether gradients are recorded, types of its arguments -> the operator that it is.

One that keeps its own result for backward is two: torch detaches what it keeps."""
_PLAIN_KINDS = frozenset({torch.Tensor, torch.nn.Parameter, int, float})
