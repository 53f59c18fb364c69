"""Arguments of a check of gradients: which are differentiated, and what must be done to them first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.errors import UnsupportedError
from tensorlab.testing.gradient_checks.record import GradientInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXACT = {torch.float64, torch.complex128}
_WIDER = {torch.complex64: torch.complex128, torch.complex32: torch.complex128}


def prepared(inputs: Sequence[Any], *, convert: bool) -> tuple[tuple[Any, ...], tuple[GradientInput, ...]]:
    """The arguments as they are checked, each with what is said of it.

    Where no tensor requires a gradient, every one that can have a gradient is taken to.

    Args:
        inputs: Arguments of the function.
        convert: Whether numbers of fewer bits than 64 are made float64 or complex128.

    Raises:
        UnsupportedError: No input has a gradient, or one has too few bits for finite differences.

    >>> given, said = prepared([torch.ones(2, dtype=torch.float64), torch.tensor(3)], convert=False)
    >>> given[0].requires_grad, said[0].checked, said[1].note
    (True, True, 'int64 numbers have no gradient')
    """
    asked = any(isinstance(value, torch.Tensor) and value.requires_grad for value in inputs)
    pairs = [_one(position, value, asked=asked, convert=convert) for position, value in enumerate(inputs)]
    if not any(said.checked for _, said in pairs):
        kinds = ", ".join(said.type for _, said in pairs) or "no arguments"
        raise UnsupportedError(
            f"no input has a gradient; got {kinds}", hint="give a float64 or complex128 tensor: x.double()"
        )
    return tuple(value for value, _ in pairs), tuple(said for _, said in pairs)


def _one(position: int, value: Any, *, asked: bool, convert: bool) -> tuple[Any, GradientInput]:  # noqa: ANN401 - an argument
    if not isinstance(value, torch.Tensor):
        return value, GradientInput(position=position, type=type(value).__name__, note="no tensor")
    kind = str(value.dtype).removeprefix("torch.")
    said = GradientInput(position=position, type=kind, shape=tuple(value.shape))
    if not (value.is_floating_point() or value.is_complex()):
        return value, replace(said, note=f"{kind} numbers have no gradient")
    if asked and not value.requires_grad:
        return value, replace(said, note="it does not require a gradient, as others do")
    if value.layout is not torch.strided or value.is_quantized:
        raise UnsupportedError(f"input {position} is no dense tensor: {value.layout}", hint="give its dense twin")
    notes = []
    if value.dtype not in _EXACT:
        value = _widened(position, value, convert=convert)
        notes.append(f"converted from {kind} to {str(value.dtype).removeprefix('torch.')}")
    plain = value.detach().resolve_conj().resolve_neg()
    if _repeats(plain):
        plain = plain.contiguous() if 0 in plain.stride() else plain.clone(memory_format=torch.contiguous_format)
        notes.append("made contiguous, since several of its indices share memory")
    return copied(plain).requires_grad_(), replace(said, checked=True, note="; ".join(notes))


def _widened(position: int, value: torch.Tensor, *, convert: bool) -> torch.Tensor:
    wide = _WIDER.get(value.dtype, torch.float64)
    if convert:
        return value.detach().to(wide)
    narrow, word = (str(kind).removeprefix("torch.") for kind in (value.dtype, wide))
    raise UnsupportedError(
        f"input {position} is {narrow}; finite differences need {word}: the error of {narrow} is larger than the step",
        hint=f"pass convert=True, or give x.to(torch.{word})",
    )


def _repeats(value: torch.Tensor) -> bool:
    """Whether indices may share an element: there are fewer places than elements, or an axis repeats."""
    if value.numel() == 0:
        return False
    axes = sorted((abs(stride), size) for stride, size in zip(value.stride(), value.shape, strict=True) if size > 1)
    reach = 0
    for stride, size in axes:
        if stride <= reach:
            return True
        reach += stride * (size - 1)
    return False


def copied(value: torch.Tensor) -> torch.Tensor:
    """The same numbers in the same layout, in a storage of their own.

    >>> x = torch.arange(6.0).view(2, 3).t()[1:]
    >>> copied(x).stride() == x.stride(), copied(x).storage_offset(), copied(x).data_ptr() == x.data_ptr()
    (True, 1, False)
    """
    whole: torch.UntypedStorage = value.detach().untyped_storage()
    whole = whole.clone()  # type: ignore[no-untyped-call]  # torch's own
    empty = torch.empty(0, dtype=value.dtype, device=value.device)
    return empty.set_(whole, value.storage_offset(), value.shape, value.stride())


def widened_module(target: Any) -> Any:  # noqa: ANN401 - a function or a module
    """A module as a function that computes with float64 weights; anything else as it is.

    >>> widened_module(torch.nn.Linear(1, 1))(torch.ones(1, dtype=torch.float64)).dtype
    torch.float64
    """
    if not isinstance(target, torch.nn.Module):
        return target
    state = {name: value.detach().clone() for name, value in target.state_dict().items()}
    wide = {name: value.double() if value.is_floating_point() else value for name, value in state.items()}

    def call(*inputs: Any) -> Any:  # noqa: ANN401 - what the module takes and gives
        return torch.func.functional_call(target, wide, inputs)

    return call
