"""Gradients of a function against finite differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.testing.gradient_checks.record import GradientCheck


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

    ``show`` draws what it returns; its ``str`` is the sentence. The same as ``tensorlab.testing.check_gradients``,
    which tells all options.

    Args:
        fn: Takes the inputs, gives a tensor or several.
        inputs: float64 or complex128 tensors, and whatever else ``fn`` takes. Where none requires a gradient, all that
            can have one are checked.
        second: Whether second derivatives are checked too.
        layouts: Whether inputs and ``grad_output`` also lie in other layouts.
        convert: Whether float32 inputs, and the weights of a module, are made float64.
        eps: How far an input is moved.
        atol: How far apart two numbers may be.
        rtol: How far apart, relative to the number that finite differences give.
        nondet_tol: How far apart two runs of backward may be.

    Raises:
        UnsupportedError: No input has a gradient, one has too few bits, or the function fails.
        UnavailableError: torch is not installed.

    >>> import torch, tensorlab
    >>> x = torch.zeros(2, dtype=torch.float64)
    >>> print(tensorlab.check_gradients(torch.relu, x))  # doctest: +NORMALIZE_WHITESPACE
    gradients of relu are wrong: 2 of 4 numbers;
      d output[0] / d input 0[0] is 0 by backward, 0.5 by finite differences (relative error 1);
      the function has a kink at input 0[0]: its slope is 0 on one side, 1 on the other
    """
    from tensorlab.errors import UnavailableError

    try:
        from tensorlab.testing.gradient_checks.checking import check_gradients as check
    except ModuleNotFoundError as error:
        raise UnavailableError(f"{error.name} is not installed", hint="pip install torch") from error
    options = {"eps": eps, "atol": atol, "rtol": rtol, "nondet_tol": nondet_tol}
    return check(fn, *inputs, second=second, layouts=layouts, convert=convert, **options)
