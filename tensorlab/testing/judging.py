"""What a call came to: the promises that it broke, against the same call on contiguous arguments or a reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import torch

from tensorlab.testing.calling import Randomness, call, contents, contiguous, kept, things_of
from tensorlab.testing.comparing import as_array, equal
from tensorlab.testing.looking import Look
from tensorlab.testing.placing import Placed, recipe, recipes_together

if TYPE_CHECKING:
    from tensorlab.testing.calling import Outcome, Subject
    from tensorlab.testing.filling import Poison
    from tensorlab.testing.placing import Recipe
    from tensorlab.testing.record import Case, Finding, Laid

_AMBIGUOUS = frozenset({"stride 0", "overlapping"})
_MOST_KEPT = 1 << 15
_RECIPES: dict[tuple[int, str, int], Recipe] = {}
"""How to make an argument that may hold anything: by the record of how it lies, the fill and its position. The same
layouts are drawn in every test."""
_WATCHED = 16
"""Calls that are watched for random numbers; and one more wherever a result differs."""


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
        self._slots = subject.varied
        self._free = all(subject.free)
        self._watched = 0

    def look(self, case: Case, *, planned: bool = False) -> Verdict:
        """Calls the function with the arguments of a case, and judges what came; planned: its specs allow the case."""
        recipes = self._recipes_of(case, planned=planned)
        if recipes is None:
            return Verdict("skipped", "the specs do not allow the arguments")
        placed = _place(recipes, together=bool(case.together))
        expected = self._expect(case, placed)
        if expected.outcome.error is not None:
            return Verdict("skipped", f"contiguous arguments are refused: {error_words(expected.outcome.error)}")
        things = things_of(self.subject, placed)
        outcome = call(self.subject, things, seeded=self.random)
        same = self._plain and outcome.error is None and equal(outcome.result, expected.outcome.result)
        if same and all(argument.intact() for argument in placed):
            return _TESTED
        looked = Look(self, case, placed, expected, outcome)
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

    def _recipes_of(self, case: Case, *, planned: bool = False) -> tuple[Recipe, ...] | None:
        """How to make the arguments; one that lies alone and may hold anything is made once for all cases."""
        if planned and not case.together and self._free:
            known = [_known(laid, case.fill, position) for position, laid in enumerate(case.arguments)]
            found = tuple(one for one in known if one is not None)
            if len(found) == len(known) == len(self._slots):
                return found
        values = contents(self.subject, case)
        if values is None:
            return None
        poison = _poison(case)
        if case.together:
            return recipes_together(case.arguments, values, case.together, poison=poison)
        made = tuple(
            recipe(laid, value, poison=poison if free or case.fill == "signed" else _within(value))
            for laid, value, free in zip(case.arguments, values, self.subject.free, strict=True)
        )
        if planned and self._free:
            _keep(case, made)
        return made

    def _expect(self, case: Case, placed: tuple[Placed, ...]) -> Expected:
        """The same elements, contiguous: what the function or its reference gives for them."""
        key: object = None
        if not case.together and not any(laid.classes & _AMBIGUOUS for laid in case.arguments):
            key = (case.fill, *((laid.layout.shape, laid.dtype) for laid in case.arguments))
            known = self._expected.get(key)
            if known is not None:
                return known
        expected = self._run(tuple(argument.thing for argument in placed))
        if key is not None:
            self._expected[key] = expected
        return expected

    def _run(self, given: tuple[Any, ...]) -> Expected:
        before = tuple(contiguous(thing) for thing in given)
        outcome, things = self.again(before)
        moved = tuple(_moved(old, new) for old, new in zip(before, things, strict=True))
        return Expected(outcome._replace(result=kept(outcome.result)), before, moved)

    def again(self, before: tuple[Any, ...], *, closely: bool = False) -> tuple[Outcome, tuple[Any, ...]]:
        """The call that is right, on copies of contiguous arguments; closely: are random numbers drawn?"""
        subject = self.subject
        things = _with_grad(subject, tuple(contiguous(thing) for thing in before))
        self._watched += 1
        generators = None if self.random or (self._watched > _WATCHED and not closely) else Randomness()
        outcome = call(subject, things, seeded=self.random, fn=subject.reference)
        if generators is not None and generators.moved():
            self.random = True
            return self.again(before)
        return outcome, things


def _known(laid: Laid, fill: str, position: int) -> Recipe | None:
    found = _RECIPES.get((id(laid), fill, position))
    return found if found is not None and found.laid is laid else None


def _keep(case: Case, made: tuple[Recipe, ...]) -> None:
    if len(_RECIPES) > _MOST_KEPT:
        _RECIPES.clear()
    for position, (laid, one) in enumerate(zip(case.arguments, made, strict=True)):
        _RECIPES[id(laid), case.fill, position] = one


def _poison(case: Case) -> Poison:
    return "huge" if case.fill == "signed" else "nan"


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
    return tuple(_of_one_storage(found))


def _of_one_storage(placed: list[Placed]) -> list[Placed]:
    """Tensors over the same bytes as views of one storage: torch refuses some overlaps that it can see."""
    owners: dict[bytes, Any] = {}
    for one in sorted(placed, key=lambda one: -one.recipe.laid.nbytes):
        if isinstance(one.thing, torch.Tensor) and one.recipe.shared is not None:
            owners.setdefault(one.recipe.image, one.thing.untyped_storage())
    return [one if one.recipe.shared is None else _owned(one, owners.get(one.recipe.image)) for one in placed]


def _owned(one: Placed, storage: Any) -> Placed:  # noqa: ANN401 - torch's storage, or None
    """The same tensor as a view of that storage."""
    thing = one.thing
    if storage is None or thing.is_conj() or thing.is_neg():
        return one
    empty = torch.empty(0, dtype=thing.dtype)
    return Placed(empty.set_(storage, thing.storage_offset(), thing.shape, thing.stride()), one.buffer, one.recipe)


def error_words(error: Exception) -> str:
    """An exception without the numbers of this call, so that like refusals are counted together.

    >>> error_words(ValueError("got shape (2, 3)"))
    'ValueError: got shape (N, N)'
    """
    first = (str(error).strip().splitlines() or [""])[0]
    plain = re.sub(r"0x[0-9a-f]+|\d+(\.\d+)?", "N", first)
    return f"{type(error).__name__}: {plain}"[:160].rstrip(": ")
