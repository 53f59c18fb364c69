"""Shapes of an argument ``out``: those of what the function returns without it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES
from tensorlab.testing.calling import call, contents, contiguous
from tensorlab.testing.frames import Frame, frames
from tensorlab.testing.laying import lay_out
from tensorlab.testing.placing import place
from tensorlab.testing.record import Case
from tensorlab.testing.source import Seeded
from tensorlab.testing.specs import LIKE_RESULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.calling import Subject
    from tensorlab.testing.record import Laid


_KINDS = tuple(DTYPES[name] for name in ("float32", "int64", "bool"))
"""Dtypes of results that are not those of the arguments."""


def frames_of(subject: Subject) -> tuple[Frame, ...]:
    """The shapes and dtypes to test a function with; those of an ``out`` that fits the result are found by calling it.

    Raises:
        UnsupportedError: The result shows in no call what an ``out`` should be.

    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.record import Spec
    >>> from tensorlab.testing.specs import slot
    >>> anything = Spec(shape=(LIKE_RESULT,), dtypes=tuple(DTYPES.values()))
    >>> frames_of(Subject(torch.sum, (slot("float32[2, n]"),), out=anything))[0].shapes
    ((2, 2), ())
    """
    if subject.out is None or LIKE_RESULT not in subject.out.shape:
        return frames(subject.specs)
    found = tuple(_with_results(subject, frames(subject._replace(out=None).specs)))
    if not found:
        raise UnsupportedError(
            "out=True fits the result, and no call with contiguous arguments shows what that is",
            hint='say what out is: out="float32[n, m]"',
        )
    return found


def _with_results(given: Subject, found: tuple[Frame, ...]) -> Iterator[Frame]:
    subject = given._replace(out=None)
    for frame in found:
        laid = _contiguous(subject, frame)
        if laid is None:
            continue
        case = Case(arguments=laid)
        values = contents(subject, case)
        if values is None:
            continue
        things = tuple(contiguous(place(one, value).thing) for one, value in zip(laid, values, strict=True))
        result: Any = call(subject, things, seeded=False).result
        kind = _kind(result)
        shape = tuple(result.shape) if kind is not None else ()
        fitting = (shape, kind) if kind is not None else _taken(given, frame, things)
        if fitting is not None:
            yield Frame((*frame.shapes, fitting[0]), (*frame.kinds, fitting[1]))


def _taken(subject: Subject, frame: Frame, things: tuple[Any, ...]) -> tuple[tuple[int, ...], DType] | None:
    """Of an ``out`` that the function needs: what it makes of an empty one, or that of an argument, if it is taken."""
    assert subject.out is not None, "it is asked for an out"
    shapes = dict.fromkeys([(0,), *frame.shapes])
    for shape, kind in product(shapes, dict.fromkeys([*frame.kinds, *_KINDS])):
        values = np.zeros(shape, np.int64)
        empty = shape == (0,) and (0,) not in frame.shapes
        laid = lay_out(Seeded(0), shape, kind, "zero-size" if 0 in shape else "contiguous", library=subject.out.library)
        if laid is None:
            continue
        out = contiguous(place(laid, values).thing)
        outcome = call(subject, (*(contiguous(thing) for thing in things), out), seeded=False)
        if outcome.error is None and not (empty and tuple(out.shape) == shape):
            return tuple(out.shape), kind
    return None


def _contiguous(subject: Subject, frame: Frame) -> tuple[Laid, ...] | None:
    """The arguments in C order."""
    found = []
    for spec, shape, kind in zip(subject.specs, frame.shapes, frame.kinds, strict=True):
        laid = lay_out(Seeded(0), shape, kind, "zero-size" if 0 in shape else "contiguous", library=spec.library)
        if laid is None:
            return None
        found.append(laid)
    return tuple(found)


def _kind(result: Any) -> DType | None:  # noqa: ANN401 - anything that a function returns
    """The dtype of a tensor or an array; None of anything else."""
    if not isinstance(result, (torch.Tensor, np.ndarray, np.generic)):
        return None
    return DTYPES.get(str(result.dtype).removeprefix("torch."))
