"""Names of functions of torch's, as users write them."""

from __future__ import annotations

from types import MethodWrapperType
from typing import Any

import torch

BACKWARDS = frozenset({torch.Tensor.backward, torch.autograd.backward, torch.autograd.grad})
"""The functions that every backward passes through."""
_KEPT = frozenset({"data", "grad"})
_HOMES = ((torch.nn.functional, "torch.nn.functional"), (torch.nn.init, "torch.nn.init"), (torch, "torch"))
_PACKAGES = ("linalg", "fft", "special", "sparse", "nested")
_NAMES: dict[Any, str] = {}


_ELEMENTWISE = """
    abs acos add asin atan ceil clone cos cosh div erf exp expm1 floor log log1p mul neg reciprocal relu rsqrt sigmoid
    sign sin sinh sqrt sub sum tan tanh
"""
SINGLE = frozenset(
    getattr(home, name) for home in (torch.Tensor, torch) for name in _ELEMENTWISE.split() if hasattr(home, name)
)
"""Functions that are one operator, the same for all shapes and layouts."""
_IN_PLACE = "add_ addcdiv_ addcmul_ clamp_ copy_ div_ exp_ fill_ lerp_ mul_ neg_ sqrt_ sub_ zero_"
SINGLE_WRITES = frozenset(getattr(torch.Tensor, name) for name in _IN_PLACE.split())
"""The same where no gradients are recorded; they write their tensor."""


def called(function: Any) -> str:  # noqa: ANN401 - any function
    """As a user finds it.

    >>> called(torch.Tensor.add_), called(torch.relu), called(torch.nn.functional.linear)
    ('Tensor.add_', 'torch.relu', 'torch.nn.functional.linear')
    >>> called(torch.Tensor.grad.__set__), called(torch.linalg.inv)
    ('Tensor.grad.__set__', 'torch.linalg.inv')
    """
    known = _NAMES.get(function)
    if known is None:
        known = _called(function)
        if type(function) is MethodWrapperType or str(getattr(function, "__module__", None) or "torch").startswith(
            "torch"
        ):
            _NAMES[function] = known
    return known


def _called(function: Any) -> str:  # noqa: ANN401 - any function
    name = str(getattr(function, "__name__", type(function).__name__))
    if type(function) is MethodWrapperType:
        return f"Tensor.{getattr(function.__self__, '__name__', '')}.{name}"
    for home, path in _HOMES:
        if getattr(home, name, None) is function:
            return f"{path}.{name}"
    if getattr(torch.Tensor, name, None) is function or getattr(function, "__objclass__", None) is not None:
        return f"Tensor.{name}"
    for package in _PACKAGES:
        short = name.removeprefix(f"{package}_")
        if getattr(getattr(torch, package), short, None) is function:
            return f"torch.{package}.{short}"
    own = str(getattr(function, "__module__", None) or "torch")
    return f"{own if '._' not in own else 'torch'}.{name}"


def is_asked(function: Any) -> bool:  # noqa: ANN401 - any function
    """Whether it only asks for a property: "x.shape"; ``data`` and ``grad`` lead to memory, and are told.

    >>> is_asked(torch.Tensor.shape.__get__), is_asked(torch.Tensor.grad.__get__), is_asked(torch.relu)
    (True, False, False)
    """
    if type(function) is not MethodWrapperType or function.__name__ != "__get__":
        return function in _ASKING
    return getattr(function.__self__, "__name__", "") not in _KEPT


_ASKING = frozenset(
    getattr(torch.Tensor, name)
    for name in (
        "size",
        "stride",
        "dim",
        "ndimension",
        "numel",
        "nelement",
        "is_contiguous",
        "storage_offset",
        "is_floating_point",
        "is_complex",
        "element_size",
        "data_ptr",
        "untyped_storage",
        "__len__",
        "__hash__",
    )
    if hasattr(torch.Tensor, name)
) | {torch.is_complex, torch.is_floating_point}
_FACTS = "device dtype is_cpu is_cuda is_meta is_nested is_quantized is_sparse itemsize layout ndim shape"
PASSED_BY: frozenset[Any] = frozenset(
    (
        torch.Tensor.size,
        torch.Tensor.dim,
        torch.Tensor.numel,
        torch.Tensor.stride,
        torch.Tensor.is_complex,
        torch.Tensor.is_contiguous,
        torch.Tensor.is_floating_point,
        torch.is_complex,
        torch.is_floating_point,
        *(getattr(torch.Tensor, name).__get__ for name in _FACTS.split()),
    )
)
"""Those of them that make no node and reach no operator: there is nothing to see."""
