"""What a call came to: the promises that it broke, against the same call on contiguous arguments or a reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import torch

from tensorlab.testing.aliases import shares, shows
from tensorlab.testing.calling import Outcome, Randomness, call, contents, contiguous, things_of
from tensorlab.testing.comparing import Tolerance, as_array, difference, equal, leaves, scale_of
from tensorlab.testing.placing import Placed, Recipe, recipe, recipes_together
from tensorlab.testing.record import Finding
from tensorlab.testing.rounding import is_rounding
from tensorlab.testing.ties import same_but_for_ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.calling import Subject
    from tensorlab.testing.comparing import Difference
    from tensorlab.testing.placing import Poison
    from tensorlab.testing.record import Case, Contract, Laid, VerdictWord

_AMBIGUOUS = frozenset({"stride 0", "overlapping"})
_PURE: frozenset[Contract] = frozenset({"pure", "fresh", "view", "contiguous-out", "total"})
_MOST_KEPT = 4096


class Verdict(NamedTuple):
    """What became of one case."""

    word: Literal["tested", "refused", "skipped"]
    reason: str = ""
    findings: tuple[Finding, ...] = ()


_TESTED = Verdict("tested")


class Expected(NamedTuple):
    """The call on contiguous arguments: what it gave and what became of them."""

    outcome: Outcome
    before: tuple[Any, ...]
    """The elements of the arguments before the call."""
    moved: tuple[bool, ...]
    """Whether an argument has other strides or other memory since the call."""


def judge(subject: Subject, case: Case) -> tuple[Finding, ...]:
    """The promises that one call breaks; none where contiguous arguments are refused too.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.record import Case, Laid
    >>> from tensorlab.testing.specs import slot
    >>> def flat(x):
    ...     return x.as_strided((x.numel(),), (1,))
    >>> columns = Layout((2, 2), (4, 8), itemsize=4)
    >>> laid = Laid(layout=columns, dtype=dtype("float32"), nbytes=20, classes=frozenset({"permuted"}))
    >>> judge(Subject(flat, (slot("float32[n, n]"),)), Case(arguments=(laid,)))[0].message
    'result: element (1,) is 3.0, not 2.0 (2 of 4 are wrong)'
    """
    return Judge(subject).look(case).findings


class Judge:
    """Judges case after case of one function; what contiguous arguments give is kept."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._plain = not subject.written and not {"fresh", "view", "contiguous-out"} & set(subject.contract)
        self.random = False
        """Whether the function draws random numbers: then each call starts from the same seed."""
        self.known: set[tuple[str, str]] = set()
        """Verdicts and contracts that need no further proof: what differs is not looked into again."""
        self._expected: dict[object, Expected] = {}
        self._recipes: dict[object, tuple[Recipe, ...]] = {}

    def look(self, case: Case) -> Verdict:
        """Calls the function with the arguments of a case, and judges what came."""
        recipes = self._recipes_of(case)
        if recipes is None:
            return Verdict("skipped", "the specs do not allow the arguments")
        placed = _place(recipes, together=bool(case.together))
        expected = self._expect(case, placed)
        if expected.outcome.error is not None:
            return Verdict("skipped", f"contiguous arguments are refused: {error_words(expected.outcome.error)}")
        things = things_of(self.subject, placed)
        outcome = call(self.subject, things, seeded=self.random)
        if self._plain and outcome.error is None and equal(outcome.result, expected.outcome.result):
            if all(argument.intact() for argument in placed):
                return _TESTED
        looked = _Look(self, case, placed, expected, outcome)
        if outcome.error is not None:
            return Verdict("refused", error_words(outcome.error), tuple(looked.after_an_error()))
        findings = tuple(looked.findings())
        return Verdict("skipped" if looked.doubt and not findings else "tested", looked.doubt, findings)

    def fits(self, case: Case) -> str:
        """Why contiguous arguments of those shapes are refused; empty where they are not."""
        recipes = self._recipes_of(case)
        if recipes is None:
            return "the specs do not allow the arguments"
        error = self._expect(case, _place(recipes, together=bool(case.together))).outcome.error
        return "" if error is None else error_words(error)

    def place(self, case: Case) -> tuple[Placed, ...]:
        """The arguments of a case in memory, as they are before the call."""
        recipes = self._recipes_of(case)
        return () if recipes is None else _place(recipes, together=bool(case.together))

    def _recipes_of(self, case: Case) -> tuple[Recipe, ...] | None:
        found = self._recipes.get(case)
        if found is None:
            values = contents(self.subject, case)
            if values is None:
                return None
            poison: Poison = "huge" if case.fill == "signed" else "nan"
            if case.together:
                found = recipes_together(case.arguments, values, case.together, poison=poison)
            else:
                found = tuple(
                    recipe(laid, value, poison=poison if free or case.fill == "signed" else _within(value))
                    for laid, value, free in zip(case.arguments, values, self.subject.free, strict=True)
                )
            if len(self._recipes) > _MOST_KEPT:
                self._recipes.clear()
            self._recipes[case] = found
        return found

    def _expect(self, case: Case, placed: tuple[Placed, ...]) -> Expected:
        """The same elements, contiguous: what the function or its reference gives for them."""
        key: object = None
        if not case.together and not any(laid.classes & _AMBIGUOUS for laid in case.arguments):
            key = (case.fill, *((laid.layout.shape, laid.dtype) for laid in case.arguments))
            kept = self._expected.get(key)
            if kept is not None:
                return kept
        expected = self._run(tuple(argument.thing for argument in placed))
        if key is not None:
            self._expected[key] = expected
        return expected

    def _run(self, given: tuple[Any, ...]) -> Expected:
        before = tuple(contiguous(thing) for thing in given)
        outcome, things = self.again(before)
        moved = tuple(_moved(old, new) for old, new in zip(before, things, strict=True))
        return Expected(outcome._replace(result=_kept(outcome.result)), before, moved)

    def again(self, before: tuple[Any, ...]) -> tuple[Outcome, tuple[Any, ...]]:
        """The call that is right, on copies of contiguous arguments."""
        subject = self.subject
        things = _with_grad(subject, tuple(contiguous(thing) for thing in before))
        generators = Randomness()
        outcome = call(subject, things, seeded=self.random, fn=subject.reference)
        if not self.random and generators.moved():
            self.random = True
            return self.again(before)
        return outcome, things


def _within(values: Any) -> Poison:  # noqa: ANN401 - an array or a tensor
    """A number that would do as an element, so that reading it is no error but a wrong value; of fractions NaN."""
    array = as_array(values)
    return int(array.flat[array.size // 2]) if array.size and array.dtype.kind in "iu" else "nan"


def _with_grad(subject: Subject, things: tuple[Any, ...]) -> tuple[Any, ...]:
    for one, thing in zip(subject.varied, things, strict=True):
        if getattr(one, "requires_grad", False):
            thing.requires_grad_()
    return things


def _moved(old: Any, new: Any) -> bool:  # noqa: ANN401 - tensors or arrays
    """Whether an argument was resized or given other strides."""
    if isinstance(new, torch.Tensor):
        return bool(old.shape != new.shape or old.stride() != new.stride())
    return bool(old.shape != new.shape or old.strides != new.strides)


def _kept(result: Any) -> Any:  # noqa: ANN401 - anything that a function returns
    """A copy that a later call cannot write."""
    if isinstance(result, torch.Tensor):
        return result.detach().clone() if result.layout is torch.strided else result
    if isinstance(result, np.ndarray):
        return result.copy()
    if isinstance(result, dict):
        return {key: _kept(part) for key, part in result.items()}
    if type(result) is list:
        return [_kept(part) for part in result]
    if isinstance(result, tuple):
        return tuple(_kept(part) for part in result)
    return result


def _place(recipes: tuple[Recipe, ...], *, together: bool) -> tuple[Placed, ...]:
    """The arguments in memory; those that lie together in one."""
    if not together:
        return tuple(one.fresh() for one in recipes)
    buffers: dict[bytes, Any] = {}
    found = []
    for one in recipes:
        if one.shared is None:
            found.append(one.fresh())
            continue
        buffer = buffers.setdefault(one.image, one.copied())
        found.append(Placed(one.over(buffer), buffer, one))
    return tuple(found)


def error_words(error: Exception) -> str:
    """An exception without the numbers of this call, so that like refusals are counted together.

    >>> error_words(ValueError("got shape (2, 3)"))
    'ValueError: got shape (N, N)'
    """
    first = (str(error).strip().splitlines() or [""])[0]
    plain = re.sub(r"0x[0-9a-f]+|\d+(\.\d+)?", "N", first)
    return f"{type(error).__name__}: {plain}"[:160].rstrip(": ")


def _result(outcome: Outcome) -> object:
    return outcome.result


def _state(outcome: Outcome) -> object:
    return outcome.state


def _thing(position: int) -> Callable[[Outcome], object]:
    return lambda outcome: outcome.things[position]


class _Look:
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
            kept = position not in written and (contract & _PURE or "in-place" in contract or self._subject.out)
            if len(inside) and kept:
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
            kept: Contract = "in-place" if promised == "value" else promised
            got, find = self._after(position)
            found = self._wrong(got, find, f"argument {position} after the call", kept)
            if found:
                yield self._finding("SILENT-WRONG", kept, str(found))
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
        self.doubt = self._excuse(got, wanted, find)
        return None if self.doubt else found

    def _excuse(self, got: object, wanted: object, find: Callable[[Outcome], object]) -> str:
        """What explains a difference that is no mistake; empty where nothing does."""
        before = self._expected.before
        if self._judge.random:
            return "random numbers come in another order"
        again = self._judge.again(before)[0]
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
