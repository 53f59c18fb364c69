"""Keeps what each call on an array was given and gave. Who makes the calls (a mode, a subclass, a walk) asks it to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.dispatch.judging import Asked, Given, foreseen, judged, refused
from tensorlab.dispatch.operands import Operand, arrays_in, view_of
from tensorlab.dispatch.prediction import predicted
from tensorlab.dispatch.reasons import COPIES, INPLACE_OPERATORS, METHODS_ALONE, NUMPY_WRITES, stem
from tensorlab.dispatch.record import Explanation
from tensorlab.layout.shapes import numel
from tensorlab.memory.naming import short_name
from tensorlab.quantity import Quantity
from tensorlab.views.record import CopyNeeded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.dispatch.record import ExplainedCall
    from tensorlab.memory.record import MemoryMap
    from tensorlab.views.record import Outcome, View

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
        version: How often an array was written, where its library counts; None where it does not.

    >>> recorder, held = Recorder(), bytearray(8)
    >>> recorder.give(held, "held")
    >>> part = recorder.call(Written("memoryview", "memoryview(held)"), memoryview, (held,), {})
    >>> print(recorder.explanation())
    #1 memoryview(held)  VIEW: shape (8,), strides (1,) and offset 0 in elements
    """

    def __init__(self, version: Callable[[object], int | None] = lambda _: None) -> None:
        self._version = version
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
            self._keep(array, word)
            if drawn:
                self._given.append((word, memory))

    def rename(self, thing: object, name: str) -> None:
        """From now on an array goes by this name, as after an assignment."""
        if id(thing) in self._names:
            before, self._names[id(thing)] = self._names[id(thing)], name
            if self._steps and self._steps[-1].gave and before == f"#{len(self._steps)}":
                self._steps[-1] = _renamed(self._steps[-1], before, name)

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
        if len(self._steps) >= MOST_CALLS:
            self.doubt(f"calls after the first {MOST_CALLS} are not told")
            return function(*args, **kwargs)
        asked = self._asked(written, args, kwargs)
        self._require_small(asked)
        try:
            result = function(*args, **kwargs)
        except NotRun:
            raise
        except Exception as error:
            if asked.operands or self._steps:
                self._steps.append(refused(asked, short_name(error), str(error)))
            raise
        return self._kept_result(asked, result)

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
            found.setdefault(id(thing), Operand(name, thing, memory, self._version(thing)))
        operands = tuple(found.values())
        outcomes = _foretold(written.name, args, kwargs, operands)
        return Asked(written.name, written.text, args, kwargs, operands, outcomes)

    def _kept_result(self, asked: Asked, result: object) -> object:
        arrays = list(arrays_in([result]))
        written = self._written(asked)
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

    def _written(self, asked: Asked) -> list[Operand]:
        """By the counters of the library that has some, else by the name of the call."""
        counted = [one for one in asked.operands if one.version is not None and self._version(one.thing) != one.version]
        out = list(arrays_in([asked.keywords.get("out")]))
        named = [one for one in asked.operands if any(one.thing is thing for thing, _ in out)]
        first = asked.operands[:1]
        if named:
            return named
        if counted:
            return counted[:1] if first and counted[0] is first[0] else counted
        return [*first] if first and _writes_by_name(asked) else []

    def _require_small(self, asked: Asked) -> None:
        new = _new_bytes(asked)
        if new is not None and new > MOST_BYTES and not any(_is_elsewhere(one.memory) for one in asked.operands):
            why = (
                f"not run: it would take {Quantity(new, 'B')}, and explaining takes {Quantity(MOST_BYTES, 'B')} at most"
            )
            self._steps.append(foreseen(asked, why))
            raise NotRun(why)


def _foretold(
    name: str, args: tuple[object, ...], kwargs: Mapping[str, object], operands: tuple[Operand, ...]
) -> tuple[Outcome, ...]:
    """By the rules of the array that comes first."""
    if not operands or not args or operands[0].thing is not args[0] or kwargs.get("out") is not None:
        return ()
    return predicted(name, args[1:], kwargs, operands[0].memory)


def _writes_by_name(asked: Asked) -> bool:
    """Of NumPy's functions: those that are named so. Of torch's the counters tell, but not in inference mode."""
    target, name = asked.operands[0], asked.name
    if target.memory.library == "torch":
        return target.version is None and (name == "setitem" or (name.endswith("_") and not name.endswith("__")))
    is_method = asked.text.startswith(("x.", target.name, "."))
    if name in INPLACE_OPERATORS:
        return not any(doubt.code == "boxed" for doubt in target.memory.doubts)
    if name == "byteswap":
        return bool(asked.keywords.get("inplace") or asked.args[1:2] == (True,))
    return name in NUMPY_WRITES and (is_method or name not in METHODS_ALONE)


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
