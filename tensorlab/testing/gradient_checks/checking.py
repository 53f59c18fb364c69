"""Gradients of a function against finite differences, told in words and numbers."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.errors import UnsupportedError
from tensorlab.testing.gradient_checks.arguments import prepared, widened_module
from tensorlab.testing.gradient_checks.comparing import KEPT, compared
from tensorlab.testing.gradient_checks.jacobians import outputs_of, pulled_back
from tensorlab.testing.gradient_checks.kinks import kinks
from tensorlab.testing.gradient_checks.over_layouts import Problem, over_layouts
from tensorlab.testing.gradient_checks.record import GradientCheck, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.testing.gradient_checks.record import Compared, GradientEntry, GradientInput, OverLayouts

_SAID = (
    ("not reentrant", "backward is not deterministic"),
    ("not multiplied by grad_output", "backward is not linear: it gives gradients where grad_output is 0"),
    ("expected to be zero", "the output is detached: backward does not reach the inputs"),
    ("undefined output grads", "backward does not handle a grad_output that is undefined (None)"),
)
"""Words of gradcheck, and what they mean."""


def check_gradients(  # noqa: PLR0913 - the options of gradcheck
    fn: Callable[..., Any],
    *inputs: Any,  # noqa: ANN401 - arguments of any function
    second: bool = False,
    layouts: bool = False,
    convert: bool = False,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    nondet_tol: float = 0.0,
) -> GradientCheck:
    """Whether backward gives the derivatives of a function: which number is wrong, and what it should be.

    ``torch.autograd.gradcheck`` gives the verdict, and ``gradgradcheck`` for second derivatives; the numbers are
    computed beside it, a call of the function for each number of the inputs and of backward for each number of the
    outputs: inputs of few elements are enough.

    Args:
        fn: Takes the inputs, gives a tensor or several.
        inputs: float64 or complex128 tensors, and whatever else ``fn`` takes. Where none requires a gradient, all that
            can have one are checked.
        second: Whether second derivatives are checked too.
        layouts: Whether inputs and ``grad_output`` also lie in other layouts: transposed, with gaps, with an offset,
            expanded.
        convert: Whether float32 inputs, and the weights of a module, are made float64.
        eps: How far an input is moved.
        atol: How far apart two numbers may be.
        rtol: How far apart, relative to the number that finite differences give.
        nondet_tol: How far apart two runs of backward may be.

    Raises:
        UnsupportedError: No input has a gradient, one has too few bits, or the function fails.

    >>> class Doubled(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return 2 * x
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         return grad * torch.tensor([2.0, 3.0])
    >>> x = torch.tensor([1.0, 5.0], dtype=torch.float64)
    >>> print(check_gradients(torch.tanh, x))  # doctest: +ELLIPSIS
    gradients of tanh agree with finite differences: 4 numbers, largest relative error ...
    >>> print(check_gradients(Doubled.apply, x))  # doctest: +NORMALIZE_WHITESPACE
    gradients of Doubled are wrong: 1 of 4 numbers;
      d output[1] / d input 0[1] is 3 by backward, 2 by finite differences (relative error 0.33)
    """
    tolerance = _tolerance(fn, eps, atol, rtol, nondet_tol)
    given, said = prepared(inputs, convert=convert)
    call = widened_module(fn) if convert else fn
    positions = [one.position for one in said if one.checked]
    first, numeric = compared(call, given, positions, tolerance, 1)
    parts, moved = [first], None
    if second and not first.failures:
        parts.append(_second(call, given, positions, tolerance))
    if layouts and not first.failures:
        moved = over_layouts(Problem(call, given, positions, numeric), tolerance)
        parts.append(moved.compared)
    found = _summed(parts, said, moved)
    failures = (*found.failures, *kinks(call, given, found.worst, eps))
    found = replace(found, target=name_of(fn), second=second, failures=failures, eps=eps, atol=atol, rtol=rtol)
    return found if found.failures else _with_verdict(found, call, given, tolerance)


def _summed(parts: Sequence[Compared], said: tuple[GradientInput, ...], moved: OverLayouts | None) -> GradientCheck:
    failures = dict.fromkeys(words for part in parts for words in part.failures)
    return GradientCheck(
        target="",
        inputs=said,
        compared=sum(part.count for part in parts),
        wrong=sum(part.wrong for part in parts),
        largest=max(part.largest for part in parts),
        worst=_worst(parts),
        failures=tuple(failures),
        notes=moved.notes if moved else (),
        layouts=moved.combinations if moved else 0,
    )


def _tolerance(fn: object, eps: float, atol: float, rtol: float, nondet: float) -> Tolerance:
    if not callable(fn):
        raise UnsupportedError(f"a function is checked; got {type(fn).__name__}", hint="check_gradients(fn, *inputs)")
    for name, value in (("eps", eps), ("atol", atol), ("rtol", rtol), ("nondet_tol", nondet)):
        if not _fits(value) or (name == "eps" and not value):
            raise UnsupportedError(f"{name} is a positive number; got {value!r}", hint="leave it out")
    return Tolerance(eps, atol, rtol, nondet)


def _fits(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value) and value >= 0


def name_of(fn: object) -> str:
    """What a function is called in a sentence.

    >>> name_of(torch.nn.Linear(1, 1)), name_of(lambda x: x)
    ('Linear', 'the function')
    """
    owner = getattr(fn, "__self__", None)
    if isinstance(owner, type) and getattr(fn, "__name__", "") == "apply":
        return owner.__name__
    name = str(getattr(fn, "__name__", type(fn).__name__))
    return "the function" if name == "<lambda>" else name


def _second(fn: Callable[..., Any], inputs: Sequence[Any], positions: Sequence[int], tolerance: Tolerance) -> Compared:
    """The first derivatives as a function of the inputs and of grad_output, compared as any other."""
    outputs = outputs_of(fn, inputs)
    ramps = [torch.arange(1, 1 + out.numel(), device=out.device).reshape(out.shape).to(out.dtype) for out in outputs]
    weights = [ramp.requires_grad_() for ramp in ramps]

    def derivative(*values: Any) -> tuple[torch.Tensor, ...]:  # noqa: ANN401 - inputs, then weights
        own, given = values[: len(inputs)], values[len(inputs) :]
        pairs = [(out, one) for out, one in zip(outputs_of(fn, own), given, strict=True) if out.requires_grad]
        checked = [own[position] for position in positions]
        outs, grads = [out for out, _ in pairs], [one for _, one in pairs]
        return tuple(pulled_back(outs, checked, grads, again=True))

    every = [*positions, *range(len(inputs), len(inputs) + len(weights))]
    return compared(derivative, [*inputs, *weights], every, tolerance, 2)[0]


def _worst(parts: Sequence[Compared]) -> tuple[GradientEntry, ...]:
    """The worst numbers of all, the simplest layout first among those that are wrong."""
    every = [entry for part in parts for entry in part.worst]
    every.sort(
        key=lambda entry: (not entry.wrong, bool(entry.layout), entry.order, 0.0 if entry.layout else -entry.error)
    )
    return tuple(every[:KEPT])


def _with_verdict(found: GradientCheck, fn: Callable[..., Any], inputs: Sequence[Any], by: Tolerance) -> GradientCheck:
    """What gradcheck says, where the numbers do not say it already."""
    options: Any = {"eps": by.eps, "atol": by.atol, "rtol": by.rtol, "nondet_tol": by.nondet}
    said = _asked(torch.autograd.gradcheck, fn, inputs, options)
    if not said and found.second:
        said = _asked(torch.autograd.gradgradcheck, fn, inputs, options)
    if not said or (found.wrong and "Jacobian mismatch" in said):
        return found
    words = next((words for key, words in _SAID if key in said), f"gradcheck says: {said}")
    return replace(found, failures=(words,))


def _asked(check: Callable[..., bool], fn: Callable[..., Any], inputs: Sequence[Any], options: Any) -> str:  # noqa: ANN401 - keyword arguments
    """The complaint of gradcheck, in one line; empty where it has none."""
    try:
        check(fn, tuple(inputs), raise_exception=True, **options)
    except Exception as error:  # noqa: BLE001 - whatever it raises is its verdict
        return " ".join(str(error).split())[:300]
    return ""
