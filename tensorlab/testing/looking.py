"""One call, looked at from every side: what was written, what came out, where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.testing.aliases import shares, shows
from tensorlab.testing.calling import kept
from tensorlab.testing.comparing import Tolerance, difference, leaves, scale_of
from tensorlab.testing.record import Finding
from tensorlab.testing.rounding import is_rounding
from tensorlab.testing.ties import same_but_for_ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.calling import Outcome
    from tensorlab.testing.comparing import Difference
    from tensorlab.testing.judging import Expected, Judge
    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Case, Contract, Laid, VerdictWord

_PURE: frozenset[Contract] = frozenset({"pure", "fresh", "view", "contiguous-out", "total"})


def _result(outcome: Outcome) -> object:
    return outcome.result


def _state(outcome: Outcome) -> object:
    return outcome.state


def _thing(position: int) -> Callable[[Outcome], object]:
    return lambda outcome: outcome.things[position]


class Look:
    """One call, looked at from every side."""

    def __init__(
        self, judge_: Judge, case: Case, placed: tuple[Placed, ...], expected: Expected, outcome: Outcome
    ) -> None:
        self._judge = judge_
        self._subject = judge_.subject
        self._case = case
        self._placed = placed
        self._expected = expected
        self._outcome = outcome
        self.doubt = ""
        """Why the values could not be judged."""

    def findings(self) -> Iterator[Finding]:
        """Every promise that was broken."""
        yield from self._writes()
        yield from self._values()
        yield from self._memory()

    def after_an_error(self) -> Iterator[Finding]:
        """Also who refuses must leave alone what is not theirs; and who promises to refuse nothing breaks that."""
        yield from (finding for finding in self._writes() if finding.verdict == "STRAY-WRITE")
        if "total" in self._subject.contract and self._outcome.error is not None:
            error = self._outcome.error
            words = (str(error).strip().splitlines() or [""])[0]
            yield self._finding("REFUSED", "total", f"raises {type(error).__name__}: {words}"[:300])

    def _finding(self, verdict: VerdictWord, contract: Contract, message: str) -> Finding:
        return Finding(verdict=verdict, contract=contract, case=self._case, message=message)

    @property
    def _promised(self) -> Contract:
        """The promise that wrong values break."""
        return "alias-ok" if self._case.together else "value"

    def _writes(self) -> Iterator[Finding]:
        """Bytes that changed and should not have."""
        if all(argument.intact() for argument in self._placed):
            return
        written, contract = self._subject.written, frozenset(self._subject.contract)
        allowed = _elements_of(self._placed, written) if self._case.together else {}
        for position, argument in enumerate(self._placed):
            if argument.intact():
                continue
            inside, outside = argument.written()
            if self._case.together and argument.recipe.shared is not None:
                outside = np.array([], np.int64) if position in written else outside
                inside = np.array([byte for byte in inside if byte not in allowed.get(argument.recipe.image, ())])
            if len(outside):
                yield self._finding("STRAY-WRITE", self._writing(), _strays(position, argument.recipe.laid, outside))
            guarded = position not in written and (contract & _PURE or "in-place" in contract or self._subject.out)
            if len(inside) and guarded:
                index = _element(argument, int(inside[0]))
                yield self._finding("MUTATED", self._writing(), f"argument {position} was written: element {index}")

    def _writing(self) -> Contract:
        return "in-place" if "in-place" in self._subject.contract else "pure"

    def _values(self) -> Iterator[Finding]:
        """The result, what was written in place, the state of a module."""
        promised = self._promised
        found = self._wrong(self._outcome.result, _result, "result", promised)
        if found and not self._reference_in_place():
            yield self._finding("SILENT-WRONG", promised, str(found))
            return
        for position in sorted(self._subject.written):
            broken: Contract = "in-place" if promised == "value" else promised
            got, find = self._after(position)
            found = self._wrong(got, find, f"argument {position} after the call", broken)
            if found:
                yield self._finding("SILENT-WRONG", broken, str(found))
                return
        found = self._wrong(self._outcome.state, _state, "state of the module", promised)
        if found:
            yield self._finding("SILENT-WRONG", promised, str(found))

    def _reference_in_place(self) -> bool:
        """Whether the reference gives as a result what the function leaves in its first argument."""
        return bool(self._subject.reference and self._subject.written and self._reference_wrote_nothing())

    def _reference_wrote_nothing(self) -> bool:
        position = min(self._subject.written)
        then, now = self._expected.before[position], self._expected.outcome.things[position]
        return difference(now, then) is None and self._expected.outcome.result is not None

    def _after(self, position: int) -> tuple[object, Callable[[Outcome], object]]:
        """An argument that was written, and where to find what it should be."""
        argument, expected = self._placed[position], self._expected
        find = _result if self._reference_in_place() else _thing(position)
        if expected.moved[position]:
            return self._outcome.things[position], find
        return argument.recipe.over(argument.buffer), find

    def _wrong(
        self, got: object, find: Callable[[Outcome], object], where: str, promised: Contract
    ) -> Difference | None:
        """A difference that no rounding, tie or random number explains."""
        subject, wanted = self._subject, find(self._expected.outcome)
        loosely = subject.reference is not None
        tolerance = Tolerance(*subject.tolerance) if subject.tolerance else Tolerance()
        found = difference(got, wanted, tolerance, where=where, loosely=loosely)
        if found and not subject.tolerance:
            tolerance = Tolerance(scale=scale_of(self._expected.before))
            found = difference(got, wanted, tolerance, where=where, loosely=loosely)
        if found is None or ("SILENT-WRONG", promised) in self._judge.known:
            return found
        self.doubt = self._excuse(kept(got), wanted, find)
        return None if self.doubt else found

    def _excuse(self, got: object, wanted: object, find: Callable[[Outcome], object]) -> str:
        """What explains a difference that is no mistake; empty where nothing does."""
        before = self._expected.before
        again = self._judge.again(before, closely=True)[0]
        if self._judge.random:
            return "random numbers come in another order"
        if again.error is not None or difference(find(again), wanted) is not None:
            return "the same contiguous call gives something else each time"
        if same_but_for_ties(got, wanted, before):
            return "indices of equal elements"
        if is_rounding(got, wanted, before, lambda things: find(self._judge.again(things)[0])):
            return "rounding is as large as the difference"
        return ""

    def _memory(self) -> Iterator[Finding]:
        """Where the result lies."""
        contract = self._subject.contract
        result = self._outcome.result
        if "fresh" in contract:
            for position, argument in enumerate(self._placed):
                if shares(result, argument):
                    yield self._finding("ALIAS", "fresh", f"the result shares memory with argument {position}")
                    break
        if "view" in contract and shows(result) and not any(shares(result, argument) for argument in self._placed):
            yield self._finding("ALIAS", "view", "the result shares no memory with an argument")
        if "contiguous-out" in contract:
            yield from self._order(result)
        if self._subject.out is not None:
            yield from self._out()

    def _order(self, result: object) -> Iterator[Finding]:
        for path, part in leaves(result):
            if isinstance(part, torch.Tensor) and not part.is_contiguous():
                words = f"{path}: strides {tuple(part.stride())} of shape {tuple(part.shape)} are not C order"
                yield self._finding("SILENT-WRONG", "contiguous-out", words)
            elif isinstance(part, np.ndarray) and not part.flags.c_contiguous:
                words = f"{path}: strides {part.strides} bytes of shape {part.shape} are not C order"
                yield self._finding("SILENT-WRONG", "contiguous-out", words)

    def _out(self) -> Iterator[Finding]:
        """What was given to be written stays what it was, and is what comes back."""
        position = len(self._placed) - 1
        laid, thing = self._placed[position].recipe.laid, self._outcome.things[position]
        strides = thing.strides if isinstance(thing, np.ndarray) else tuple(n * thing.itemsize for n in thing.stride())
        if not self._expected.moved[position] and (tuple(thing.shape), strides) != (
            laid.layout.shape,
            laid.layout.strides,
        ):
            words = f"out was given other strides: {strides} bytes, not {laid.layout.strides}"
            yield self._finding("SILENT-WRONG", "in-place", words)
        elif self._outcome.result is not thing and self._subject.reference is None and self._gave_out():
            yield self._finding("ALIAS", "in-place", "the result is not out")

    def _gave_out(self) -> bool:
        """Whether contiguous arguments give back what was passed as ``out``."""
        outcome, things = self._judge.again(self._expected.before)
        return outcome.result is things[-1]


def _elements_of(placed: tuple[Placed, ...], written: frozenset[int]) -> dict[bytes, frozenset[int]]:
    """For each storage that arguments share, the bytes of those elements that may be written."""
    found: dict[bytes, frozenset[int]] = {}
    for position, argument in enumerate(placed):
        if position in written and argument.recipe.shared is not None:
            own = frozenset(np.flatnonzero(argument.recipe.shared).tolist())
            found[argument.recipe.image] = found.get(argument.recipe.image, frozenset()) | own
    return found


def _strays(position: int, laid: Laid, outside: Any) -> str:  # noqa: ANN401 - an array of bytes
    first = int(outside[0])
    more = f" and {len(outside) - 1} more" if len(outside) > 1 else ""
    place = "in its storage" if 0 <= first < laid.nbytes else "outside its storage"
    return f"byte {first}{more} {place} belong to no element of argument {position}, and changed"


def _element(argument: Placed, byte: int) -> tuple[int, ...]:
    """The index of the element that a byte belongs to."""
    laid = argument.recipe.laid
    layout = laid.layout
    for index in np.ndindex(layout.shape):
        start = layout.offset + sum(i * stride for i, stride in zip(index, layout.strides, strict=True))
        if start <= byte < start + layout.itemsize:
            return tuple(index)
    return ()
