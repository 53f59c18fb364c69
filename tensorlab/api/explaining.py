"""What view operations do to memory: which give views, which copy and why, which write; told by running them once."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from operator import index
from typing import TYPE_CHECKING, Any

from tensorlab.api.drawing import shown_map
from tensorlab.api.stand_ins import stand_ins
from tensorlab.diagram.explanation import MOST_ARRAYS, arrays_of, explanation_scene
from tensorlab.dispatch.changes import Witness
from tensorlab.dispatch.operands import map_of, view_of
from tensorlab.dispatch.recorder import NotRun, Recorder, Written
from tensorlab.errors import ExpressionError, TensorlabError, UnsupportedError
from tensorlab.memory.naming import FOREIGN, reason, short_name, type_name
from tensorlab.quantity import Quantity
from tensorlab.render.figure import Figure
from tensorlab.views.calls import Call
from tensorlab.views.chain import follow
from tensorlab.views.record import CopyNeeded, View
from tensorlab.views.statements import libraries_of, parse_program, run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tensorlab.dispatch.record import ExplainedCall, Explanation
    from tensorlab.memory.record import MemoryMap
    from tensorlab.scene.record import Group

_MOST_NUMBERS = 64
"""Axes of a shape."""


def explain(function: Callable[..., object] | str, *things: object) -> Figure:
    """What each call of a function does to memory: VIEW with its strides, or COPY with the reason and the bytes.

    The function runs once, on copies of what it is given and holds; arrays lie in them just as they do (same strides,
    offset and storage), so that explaining changes none of them. Calls on torch tensors are seen by a mode, those on
    NumPy arrays by arrays that take their place; what a library calls inside one is not told. In-place calls are WRITE,
    results with elements of their own NEW, an argument given back SAME, an error REFUSED. Arguments that a call
    broadcasts are drawn with their strides of 0. What is written without a call that tells of it is a doubt.

    An argument of more than 256 MiB stands on torch's meta device, or is read only; a call that would take so much is
    predicted, not run. What the function reaches through other functions is used as it is.

    Args:
        function: What is explained; or a text, ``"x = torch.arange(6); x[x > 2] = 0"``, read as the command line does.
        *things: What it is given.

    Returns:
        A ``Figure``; ``data`` is an ``Explanation`` with a step for each call, its ``str`` the sentences.

    Raises:
        UnsupportedError: It is no function, fails before any call on an array, or is given what cannot be copied.
        ExpressionError: A text that is not part of the language.

    >>> import torch, tensorlab
    >>> x = torch.arange(24).view(4, 6)
    >>> print(tensorlab.explain(lambda x: x.t().reshape(24), x).data)
    #1 x.t()  VIEW: shape (6, 4), strides (1, 6) and offset 0 in elements
    #2 .reshape(24)  COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 4*6=24 elements
    """
    if type(function) is str:
        return explain_text(function)
    if not callable(function):
        raise UnsupportedError(
            f"explain takes a function and what it is given; got {type_name(function)}",
            hint="write explain(lambda x: x.t().reshape(6), x)",
        )
    recorder = Recorder(_witness())
    own, given = stand_ins(function, things, recorder)
    _run(own, given, recorder)
    recorder.check()
    found = recorder.explanation()
    return Figure(found, explanation_picture(found))


def explain_view(x: object, shape: int | tuple[int, ...]) -> Figure:
    """Whether an array can be viewed in another shape: VIEW with its strides, or COPY with the axes that cannot merge.

    A copy is told with its bytes and with what would avoid it. One size may be -1. A shape that cannot be is REFUSED,
    as its library says. Beyond 256 MiB a copy is predicted, not made.

    Args:
        x: A torch tensor or a NumPy array.
        shape: The sizes asked for.

    Returns:
        A ``Figure``; ``data`` is an ``Explanation`` of one step.

    Raises:
        UnsupportedError: It has no strides, or the shape is no integers.

    >>> import torch, tensorlab
    >>> x = torch.arange(24).view(4, 6)
    >>> print(tensorlab.explain_view(x.t(), 24).data)
    #1 x.reshape(24)  COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 4*6=24 elements
    >>> print(tensorlab.explain_view(x[:, :3], (2, -1, 3)).data)
    #1 x.reshape(2, -1, 3)  VIEW: shape (2, 2, 3), strides (12, 6, 1) and offset 0 in elements
    """
    memory = map_of(x)
    if memory is None or memory.library not in {"torch", "numpy"} or view_of(memory) is None:
        raise UnsupportedError(
            f"only an array with strides can be viewed in another shape; got {type_name(x)}",
            hint="give a torch tensor or a NumPy array",
        )
    sizes = _sizes(shape)
    recorder = Recorder(_witness())
    recorder.give(x, "x")
    thing: Any = x
    written = Written("reshape", f"x.reshape({', '.join(map(str, sizes)) or '()'})")
    try:
        recorder.call(written, lambda array, *asked: array.reshape(asked), (thing, *sizes), {})
    except FOREIGN as error:
        if not recorder.steps():
            raise UnsupportedError(f"x is not reshaped: {short_name(error)}: {reason(error)}") from error
    found = recorder.explanation()
    (step,) = found.steps
    found = replace(found, steps=(replace(step, notes=(*step.notes, *_cures(step, memory, sizes))),))
    return Figure(found, explanation_picture(found))


def explain_text(text: str) -> Figure:
    """What each call of an expression, or of statements, does to memory: what the command line shows.

    Raises:
        ExpressionError: A piece is not part of the language, asks for too much, or fails before any array is there.
        UnsupportedError: There is no array in it.

    >>> print(explain_text("torch.arange(6).view(2,3).t().reshape(6)").data.steps[3])
    COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements
    >>> print(explain_text("x = np.arange(6); x[x > 2] = 0").data.steps[2])
    WRITE: writes in place where the mask is True, in the storage of x; no new memory
    """
    from tensorlab.api.targets import bounded_memory, loaded

    program = parse_program(text)
    roots = loaded(libraries_of(program))
    recorder = Recorder(_witness())
    try:
        with bounded_memory():
            run_program(program, roots, _Watch(recorder))
    except NotRun as told:
        recorder.doubt(str(told))
    except ExpressionError as error:
        if isinstance(_cause(error), NotRun):
            recorder.doubt(f"stopped before the end: {_cause(error)}")
        elif not _ends_refused(recorder):
            raise
    found = recorder.explanation()
    if not found.steps:
        raise UnsupportedError(
            f"there is no call on an array in {text.strip()!r}",
            hint="write torch.arange(6).view(2, 3), or np.arange(6)",
        )
    return Figure(found, explanation_picture(found))


def explanation_picture(found: Explanation) -> Group:
    """The picture of an explanation, from its record alone.

    >>> from tensorlab.dispatch.record import Explanation
    >>> explanation_picture(Explanation()).title
    'no call on an array was seen'
    """
    arrays = arrays_of(found)
    drawn = arrays[:MOST_ARRAYS]
    shown = [(one, shown_map(one.memory, "index", objects=len(drawn))) for one in drawn]
    return explanation_scene(found, shown, len(arrays) - len(drawn))


class _Watch:
    """Makes the calls of an expression through a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def made(
        self, name: str, text: str, function: Callable[..., object], args: tuple[object, ...], **keywords: object
    ) -> object:
        """One call."""
        return self._recorder.call(Written(name, text), function, args, keywords)

    def foresees(self, name: str, args: tuple[object, ...], keywords: Mapping[str, object]) -> bool:
        """Whether a call would be told without being made."""
        return self._recorder.foresees(name, args, keywords)

    def rename(self, thing: object, name: str) -> None:
        """An array has a name now."""
        self._recorder.rename(thing, name)


def _witness() -> Witness:
    if sys.modules.get("torch") is None:
        return Witness()
    from tensorlab.dispatch.tensor_calls import contents, version

    return Witness(version, contents)


def _cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _ends_refused(recorder: Recorder) -> bool:
    steps = recorder.explanation().steps
    return bool(steps) and steps[-1].verdict == "REFUSED"


def _run(function: Callable[..., object], given: list[object], recorder: Recorder) -> None:
    """Run the function; how it ended is kept too."""
    try:
        with ExitStack() as stack:
            if sys.modules.get("torch") is not None:
                from tensorlab.dispatch.tensor_calls import watched

                stack.enter_context(watched(recorder))
            if sys.modules.get("numpy") is not None:
                from tensorlab.dispatch.array_calls import converting

                stack.enter_context(converting(recorder))
            result = function(*given)
        recorder.observe(_plain(result), f"the result of {getattr(function, '__name__', 'the function')}")
    except NotRun as told:
        recorder.doubt(str(told))
    except FOREIGN as error:
        words = f"the function raised {short_name(error)}: {reason(error)}"
        if not recorder.steps():
            raise UnsupportedError(words, hint="it is run once, with copies of the arrays that it is given") from error
        if not _ends_refused(recorder):
            recorder.doubt(words)


def _plain(result: object) -> object:
    if sys.modules.get("numpy") is None:
        return result
    from tensorlab.dispatch.array_calls import plain_in

    return plain_in(result)


def _sizes(shape: object) -> tuple[int, ...]:
    """The shape as integers.

    Raises:
        UnsupportedError: It is none.
    """
    asked: Any = (shape,) if isinstance(shape, int) or not hasattr(shape, "__iter__") else shape
    try:
        sizes = tuple(index(n) for n, _ in zip(asked, range(_MOST_NUMBERS + 1), strict=False) if type(n) is not bool)
        wrong = len(sizes) > _MOST_NUMBERS or any(type(n) is bool for n in asked)
    except FOREIGN:
        wrong, sizes = True, ()
    if wrong:
        raise UnsupportedError(
            f"a shape is an integer, or a tuple of {_MOST_NUMBERS} at most; got {type_name(shape)}",
            hint="write explain_view(x, (2, -1))",
        )
    return sizes


def _cures(step: ExplainedCall, memory: MemoryMap, sizes: tuple[int, ...]) -> Iterator[str]:
    """What would make it a view."""
    outcome, view = (step.predicted or (None,))[0], view_of(memory)
    if not isinstance(outcome, CopyNeeded) or view is None:
        return
    word = "x.contiguous()" if memory.library == "torch" else "np.ascontiguousarray(x)"
    yield f"{word} first costs the same {Quantity(outcome.nbytes, 'B')}, once: each reshape after it is a view"
    layout = view.layout
    order = tuple(sorted(range(len(layout.shape)), key=lambda axis: -abs(layout.strides[axis])))
    name = "permute" if memory.library == "torch" else "transpose"
    calls = (Call(name, order), Call("reshape", sizes))
    try:
        steps = follow(view, calls, "torch" if memory.library == "torch" else "numpy")
    except TensorlabError:
        return
    if len(steps) == len(calls) and isinstance(steps[-1].after[0], View):
        axes = ", ".join(map(str, order))
        yield f"x.{name}({axes}).reshape({', '.join(map(str, sizes))}) is a view: the elements in the order of memory"
