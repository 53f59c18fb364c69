"""Jacobians, number by number: by backward, and by finite differences. Complex numbers are pairs of real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import torch

from tensorlab.errors import UnsupportedError
from tensorlab.testing.gradient_checks.arguments import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.testing.gradient_checks.record import Part, Place

Matrix: TypeAlias = torch.Tensor
"""A row for each real number of the outputs, a column for each of the inputs that are differentiated."""
PartName: TypeAlias = "Part"


def outputs_of(fn: Callable[..., Any], inputs: Sequence[Any]) -> tuple[torch.Tensor, ...]:
    """What the function gives, as a tuple of the tensors that can have a gradient.

    Raises:
        UnsupportedError: The function fails, or gives nothing that can have one.

    >>> [tuple(out.shape) for out in outputs_of(lambda x: (x.sum(), 2 * x), [torch.ones(3)])]
    [(), (3,)]
    """
    try:
        given = fn(*inputs)
    except Exception as error:
        raise UnsupportedError(
            f"the function raised {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            hint="call it with the same inputs: gradients are checked where it works",
        ) from error
    several = given if isinstance(given, tuple | list) else (given,)
    found = tuple(out for out in several if isinstance(out, torch.Tensor) and has_gradient(out))
    if not found:
        raise UnsupportedError(
            f"the function gives nothing that can have a gradient; got {type(given).__name__}",
            hint="return a tensor of real or complex numbers",
        )
    return found


def has_gradient(value: object) -> bool:
    """Whether its numbers can have a gradient.

    >>> has_gradient(torch.ones(1)), has_gradient(torch.tensor(1))
    (True, False)
    """
    return isinstance(value, torch.Tensor) and (value.is_floating_point() or value.is_complex())


def numbers(value: torch.Tensor) -> torch.Tensor:
    """Its real numbers in a row, in C order; the imaginary part of each after the real one.

    >>> numbers(torch.tensor([1 + 2j, 3])).tolist()
    [1.0, 2.0, 3.0, 0.0]
    """
    plain = value.detach().resolve_conj().resolve_neg()
    return (torch.view_as_real(plain) if plain.is_complex() else plain).reshape(-1)


def places(values: Sequence[tuple[int, torch.Tensor]]) -> list[Place]:
    """The names of those numbers, each tensor with its position.

    >>> places([(1, torch.zeros(2))]), places([(0, torch.tensor(1j))])
    ([(1, (0,), ''), (1, (1,), '')], [(0, (), 'real'), (0, (), 'imag')])
    """
    found: list[Place] = []
    for position, value in values:
        parts: tuple[PartName, ...] = ("real", "imag") if value.is_complex() else ("",)
        found += [(position, index, part) for index in indices(tuple(value.shape)) for part in parts]
    return found


def indices(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every index in C order.

    >>> indices((2, 1)), indices(())
    ([(0, 0), (1, 0)], [()])
    """
    found: list[tuple[int, ...]] = [()]
    for size in shape:
        found = [(*index, place) for index in found for place in range(size)]
    return found


def units(out: torch.Tensor) -> Iterator[torch.Tensor]:
    """For each number of an output, the ``grad_output`` that picks it out.

    >>> [one.tolist() for one in units(torch.zeros(2))]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    kinds: tuple[Any, ...] = (1, 1j) if out.is_complex() else (1,)
    for index in indices(tuple(out.shape)):
        for one in kinds:
            unit = torch.zeros(out.shape, dtype=out.dtype, device=out.device)
            unit[index] = one
            yield unit


def by_backward(
    outputs: Sequence[torch.Tensor],
    checked: Sequence[torch.Tensor],
    laid: Callable[[torch.Tensor], torch.Tensor] = lambda unit: unit,
) -> Matrix:
    """The Jacobian that backward gives, with a call of it for each number of the outputs.

    Args:
        outputs: What the function gave.
        checked: The inputs that are differentiated.
        laid: Gives ``grad_output`` its layout.

    >>> x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    >>> by_backward([3 * x], [x]).tolist()
    [[3.0, 0.0], [0.0, 3.0]]
    """
    rows = [_row(out, checked, laid(unit)) for out in outputs for unit in units(out)]
    width = sum(numbers(value).numel() for value in checked)
    return torch.stack(rows) if rows else torch.zeros(0, width, dtype=torch.float64)


def _row(out: torch.Tensor, checked: Sequence[torch.Tensor], unit: torch.Tensor) -> torch.Tensor:
    if not out.requires_grad:
        return torch.cat([torch.zeros_like(numbers(value), dtype=torch.float64) for value in checked])
    return torch.cat([numbers(one).double() for one in pulled_back([out], checked, [unit])])


def pulled_back(
    outputs: Sequence[torch.Tensor],
    checked: Sequence[torch.Tensor],
    grads: Sequence[torch.Tensor],
    *,
    again: bool = False,
) -> list[torch.Tensor]:
    """What backward gives for the inputs; zeros where an output does not depend on one.

    Args:
        outputs: What the function gave.
        checked: The inputs that are differentiated.
        grads: The ``grad_output`` of each output.
        again: Whether the result is to be differentiated again.

    Raises:
        UnsupportedError: backward fails.

    >>> x = torch.ones(2, requires_grad=True)
    >>> pulled_back([3 * x], [x, torch.ones(1, requires_grad=True)], [torch.ones(2)])
    [tensor([3., 3.]), tensor([0.])]
    """
    options: Any = {"create_graph": again, "retain_graph": True, "allow_unused": True}
    try:
        found: Any = torch.autograd.grad(tuple(outputs), tuple(checked), tuple(grads), **options)
    except Exception as error:
        raise UnsupportedError(
            f"backward raised {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            hint="a backward gives one gradient an input, each of its input's shape",
        ) from error
    return [torch.zeros_like(x) if one is None else one for one, x in zip(found, checked, strict=True)]


def by_differences(fn: Callable[..., Any], inputs: Sequence[Any], positions: Sequence[int], eps: float) -> Matrix:
    """The Jacobian that finite differences give: each number of an input moved by ``eps`` to both sides.

    >>> x = torch.ones(2, dtype=torch.float64)
    >>> by_differences(lambda x: x * x, [x], [0], 1e-6).round(decimals=6).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    columns = []
    for position in positions:
        value = inputs[position]
        steps = (eps, eps * 1j) if value.is_complex() else (eps,)
        for index in indices(tuple(value.shape)):
            for step in steps:
                above, below = (_numbers_where(fn, inputs, (position, index), signed) for signed in (step, -step))
                columns.append((above - below) / (2 * eps))
    if columns:
        return torch.stack(columns, dim=1)
    return torch.zeros(sum(numbers(out).numel() for out in outputs_of(fn, inputs)), 0, dtype=torch.float64)


def outputs_where(
    fn: Callable[..., Any], inputs: Sequence[Any], element: tuple[int, tuple[int, ...]], step: complex
) -> tuple[torch.Tensor, ...]:
    """What the function gives where one element, of the input of that position, is larger by a step.

    >>> outputs_where(torch.exp, [torch.zeros(2)], (0, (1,)), 1.0)[0].detach()
    tensor([1.0000, 2.7183])
    """
    position, index = element
    moved = list(inputs)
    moved[position] = copied(inputs[position])
    moved[position].requires_grad_()
    with torch.no_grad():
        moved[position][index] += step
    return outputs_of(fn, moved)


def _numbers_where(
    fn: Callable[..., Any], inputs: Sequence[Any], element: tuple[int, tuple[int, ...]], step: complex
) -> torch.Tensor:
    return torch.cat([numbers(out).double() for out in outputs_where(fn, inputs, element, step)])
