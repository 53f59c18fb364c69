"""Keeps what each call on an array was given and gave. Who makes the calls (a mode, a subclass, a walk) asks it to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.dispatch.changes import MOST_COMPARED, Witness
from tensorlab.dispatch.judging import Asked, Given, foreseen, judged, refused
from tensorlab.dispatch.operands import Operand, arrays_in, map_of, view_of
from tensorlab.dispatch.prediction import predicted
from tensorlab.dispatch.reasons import COPIES, stem
from tensorlab.dispatch.record import Explanation
from tensorlab.layout.shapes import numel
from tensorlab.memory.naming import short_name
from tensorlab.quantity import Quantity
from tensorlab.views.record import CopyNeeded, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tensorlab.dispatch.changes import Change
    from tensorlab.dispatch.record import ExplainedCall
    from tensorlab.memory.record import MemoryMap
    from tensorlab.views.record import Outcome

MOST_BYTES = 1 << 28
"""That a call may take anew; one that would take more is told, not run."""
MOST_CALLS = 500
"""That are kept."""
_SILENT = (
    "dim size stride storage_offset numel is_contiguous element_size data_ptr shape dtype device ndim nbytes itemsize"
    " requires_grad grad_fn is_leaf strides flags base layout is_floating_point is_complex names __len__ __repr__"
    " __str__ __format__ untyped_storage get_device __hash__ __contains__ __bool__ is_shared __dlpack_device__"
)
_QUIET = frozenset(_SILENT.split())
"""What tells something about an array: no call on its elements, where nothing comes of it."""


class NotRun(Exception):  # noqa: N818 - it ends a function of the user's, and is no error
    """A call would take too much memory; everything before it is recorded."""


class Written(NamedTuple):
    """A call as its source shows it."""

    name: str
    """In its library's words."""
    text: str


class Recorder:
    """The calls that were made, in order; it holds their arrays, so that no memory is used twice meanwhile.

    Args:
        witness: Looks at arrays before calls and after them.

    >>> recorder, held = Recorder(), bytearray(8)
    >>> recorder.give(held, "held")
    >>> part = recorder.call(Written("memoryview", "memoryview(held)"), memoryview, (held,), {})
    >>> print(recorder.explanation())
    #1 memoryview(held)  VIEW: shape (8,), strides (1,) and offset 0 in elements
    """

    def __init__(self, witness: Witness | None = None) -> None:
        self._witness = Witness() if witness is None else witness
        self._held: list[tuple[Operand, bytes | None]] = []
        self._is_looking = False
        self._names: dict[int, str] = {}
        self._kept: list[object] = []
        self._given: list[tuple[str, MemoryMap]] = []
        self._steps: list[ExplainedCall] = []
        self._doubts: list[str] = []
        self.empty = False
        """Whether an argument stands without elements."""

    def give(self, thing: object, name: str, *, drawn: bool = True) -> None:
        """An array that is there before the first call; one that is not drawn is told where a call reads it."""
        for n, (array, memory) in enumerate(arrays_in([thing])):
            word = name if array is thing else f"{name}[{n}]"
            if id(array) not in self._names:
                self._hold(Operand(word, array, memory))
            self._keep(array, word)
            if drawn:
                self._given.append((word, memory))

    def rename(self, thing: object, name: str) -> None:
        """From now on an array goes by this name, as after an assignment."""
        if id(thing) in self._names:
            before, self._names[id(thing)] = self._names[id(thing)], name
            if self._steps and self._steps[-1].gave and before == f"#{len(self._steps)}":
                self._steps[-1] = _renamed(self._steps[-1], before, name)

    def check(self) -> None:
        """Tell of what is given and has changed since the last call."""
        now = self._now()
        for (one, before), (_, after) in zip(self._held, now, strict=True):
            if before != after:
                self.doubt(f"{one.name} was written by something that was not seen")
        self._held = now

    def _now(self) -> list[tuple[Operand, bytes | None]]:
        """What is given, with its bytes; calls that this takes are not recorded."""
        with self._looking():
            return [(one, self._witness.contents(one.thing, map_of(one.thing) or one.memory)) for one, _ in self._held]

    @contextmanager
    def _looking(self) -> Iterator[None]:
        self._is_looking = True
        try:
            yield
        finally:
            self._is_looking = False

    def _hold(self, one: Operand) -> None:
        if sum(len(held or b"") for _, held in self._held) <= MOST_COMPARED:
            self._held.append((one, self._witness.contents(one.thing, one.memory)))

    def doubt(self, words: str) -> None:
        """What else there is to say."""
        if words not in self._doubts:
            self._doubts.append(words)

    def name_of(self, thing: object) -> str | None:
        """The name that an array goes by; None where no call gave it."""
        return self._names.get(id(thing))

    def steps(self) -> int:
        """Calls that are kept."""
        return len(self._steps)

    def is_last(self, thing: object) -> bool:
        """Whether the last call gave just this array."""
        return bool(self._steps) and self._names.get(id(thing)) == f"#{len(self._steps)}"

    def call(
        self, written: Written, function: Callable[..., Any], args: tuple[object, ...], kwargs: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - whatever the function gives
        """Run a call, and keep it where it is one on arrays.

        Raises:
            NotRun: It would take more memory than ``MOST_BYTES``.
        """
        if self._is_looking:
            return function(*args, **kwargs)
        if len(self._steps) >= MOST_CALLS:
            self.doubt(f"calls after the first {MOST_CALLS} are not told")
            return function(*args, **kwargs)
        asked = self._asked(written, args, kwargs)
        self._require_small(asked)
        self.check()
        with self._looking():
            before = self._witness.seen(asked.operands)
        try:
            result = function(*args, **kwargs)
        except NotRun:
            raise
        except Exception as error:
            self._refuse(asked, error)
            raise
        return self._kept_result(asked, result, before)

    def _refuse(self, asked: Asked, error: Exception) -> None:
        """Keep an error, but not one that is raised because an argument has no elements here.

        Raises:
            NotRun: It is.
        """
        is_empty = self.empty and any(_is_elsewhere(one.memory) for one in asked.operands)
        if is_empty and (isinstance(error, NotImplementedError) or "meta" in str(error).lower()):
            raise NotRun(f"not run: {asked.text} needs elements, and there are none on the meta device") from error
        if asked.operands or self._steps:
            self._steps.append(refused(asked, short_name(error), str(error)))

    def foresees(self, name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> bool:
        """Whether a call would take too much, and is told by what is predicted, not run; or takes nothing: a view."""
        asked = self._asked(Written(name, ""), args, kwargs)
        is_view = all(isinstance(outcome, View) for outcome in asked.outcomes)
        return bool(asked.outcomes) and (is_view or self._is_large(asked))

    def observe(self, thing: object, text: str) -> None:
        """A result that no recorded call gave: what is seen of it alone."""
        for array, memory in arrays_in([thing]):
            if id(array) in self._names:
                continue
            operands = tuple(Operand(name, None, seen) for name, seen in self._given)
            gave = Given(f"#{len(self._steps) + 1}", array, memory)
            step = judged(Asked("", text, (), {}, operands), [gave], [])
            if step.verdict == "NEW":
                step = replace(
                    step, reason="its elements are in memory of their own; the call that made it was not seen"
                )
            self._steps.append(step)
            self._keep(array, gave.name)

    def explanation(self) -> Explanation:
        """Everything that was kept."""
        return Explanation(given=tuple(self._given), steps=tuple(self._steps), doubts=tuple(self._doubts))

    def _asked(self, written: Written, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Asked:
        found: dict[int, Operand] = {}
        for thing, memory in arrays_in([*args, *kwargs.values()]):
            name = self._names.get(id(thing)) or f"an array of shape {memory.shape}"
            found.setdefault(id(thing), Operand(name, thing, memory, self._witness.version(thing)))
        operands = tuple(found.values())
        outcomes = _foretold(written.name, args, kwargs, operands)
        return Asked(written.name, written.text, args, kwargs, operands, outcomes)

    def _kept_result(self, asked: Asked, result: object, before: list[bytes | None]) -> object:
        arrays = list(arrays_in([result]))
        written = self._written(asked, before)
        told = stem(asked.name) in {"tolist", "item"} and bool(asked.operands)
        if not (arrays or written or told) or (asked.name in _QUIET and not written):
            return result
        if asked.name == "grad" and asked.operands:  # it was there before, under no name
            self._keep(result, f"{asked.operands[0].name}.grad")
            return result
        number = f"#{len(self._steps) + 1}"
        gave = []
        for n, (thing, memory) in enumerate(arrays):
            name = self._names.get(id(thing)) or (number if len(arrays) == 1 else f"{number}[{n}]")
            self._keep(thing, name)
            gave.append(Given(name, thing, memory))
        self._steps.append(judged(asked, gave, written))
        return result

    def _keep(self, thing: object, name: str) -> None:
        if id(thing) not in self._names:
            self._kept.append(thing)
            self._names[id(thing)] = name

    def _written(self, asked: Asked, before: list[bytes | None]) -> list[Change]:
        called, given = (asked.name, asked.text), (asked.args, asked.keywords)
        with self._looking():
            found = self._witness.written(called, given, asked.operands, before)
        for change in found:
            name = change.operand.name
            if id(change.operand.thing) not in self._names:
                self.doubt(f"{asked.text} writes {name} that is not given: it may be yours, and stays so")
        if found:  # what lies in the same storages has changed with it
            self._held = self._now()
        return found

    def _is_large(self, asked: Asked) -> bool:
        return (_new_bytes(asked) or 0) > MOST_BYTES and not any(_is_elsewhere(one.memory) for one in asked.operands)

    def _require_small(self, asked: Asked) -> None:
        if self._is_large(asked):
            new, most = Quantity(_new_bytes(asked) or 0, "B"), Quantity(MOST_BYTES, "B")
            why = f"not run: it would take {new}, and explaining takes {most} at most"
            self._steps.append(foreseen(asked, why))
            raise NotRun(why)


def _foretold(
    name: str, args: tuple[object, ...], kwargs: Mapping[str, object], operands: tuple[Operand, ...]
) -> tuple[Outcome, ...]:
    """By the rules of the array that comes first."""
    if not operands or not args or operands[0].thing is not args[0] or kwargs.get("out") is not None:
        return ()
    return predicted(name, args[1:], kwargs, operands[0].memory)


def _new_bytes(asked: Asked) -> int | None:
    """That a call will take: what is predicted; else, of what walks through all elements, as many as it reads."""
    if asked.outcomes:
        return max((one.nbytes for one in asked.outcomes if isinstance(one, CopyNeeded)), default=0)
    if asked.name in _QUIET:
        return None
    views = [view for one in asked.operands if (view := view_of(one.memory)) is not None]
    repeated = [_elements(view) for view in views if view.layout.strides and 0 in view.layout.strides]
    return max(repeated, default=None) if repeated or stem(asked.name) in COPIES else None


def _elements(view: View) -> int:
    return numel(view.layout.shape) * view.layout.itemsize


def _is_elsewhere(memory: MemoryMap) -> bool:
    """Whether there is no memory behind it at all."""
    return memory.storage is not None and memory.storage.device == "meta"


def _renamed(step: ExplainedCall, before: str, name: str) -> ExplainedCall:
    gave = tuple((name if word == before else word, memory) for word, memory in step.gave)
    before_it = step.reads[0][0] if step.reads and step.text[:1] in {".", "["} else ""
    return replace(step, text=f"{name} = {before_it}{step.text}", gave=gave)
