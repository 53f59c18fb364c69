"""Shapes of an argument ``out``: those of what the function returns without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

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


def frames_of(subject: Subject) -> tuple[Frame, ...]:
    """The shapes and dtypes to test a function with; those of an ``out`` that fits the result are found by calling it.

    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.record import Spec
    >>> from tensorlab.testing.specs import slot
    >>> anything = Spec(shape=(LIKE_RESULT,), dtypes=tuple(DTYPES.values()))
    >>> frames_of(Subject(torch.sum, (slot("float32[2, n]"),), out=anything))[0].shapes
    ((2, 2), ())
    """
    if subject.out is None or LIKE_RESULT not in subject.out.shape:
        return frames(subject.specs)
    without = subject._replace(out=None)
    return tuple(_with_results(without, frames(without.specs)))


def _with_results(subject: Subject, found: tuple[Frame, ...]) -> Iterator[Frame]:
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
        if kind is not None:
            yield Frame((*frame.shapes, tuple(result.shape)), (*frame.kinds, kind))


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
