"""Two runs of one call are held against each other: values, shapes, dtypes, and every byte of every argument."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.testing.aten.arguments import kept, mapped
from tensorlab.testing.aten.calling import Tensors, same_bytes
from tensorlab.testing.aten.record import Observed

if TYPE_CHECKING:
    from tensorlab.testing.aten.calling import Prepared
    from tensorlab.testing.aten.record import Plan

_DOUBLE = {torch.float16: 32, torch.bfloat16: 32, torch.float32: 64}
"""Bits of the wider float that tells which of two roundings is nearer."""
_SLACK = 16.0
"""How much farther from the exact result than in C order a sum may come out, in another order."""

_ROUGH = 1e-3
"""How far from the exact result, in parts of its largest element, a result is no rounding of it at all."""


class Expected:
    """What the call gives with all its tensors in C order: the result, and its tensors afterwards."""

    __slots__ = ("after", "result", "written")

    def __init__(self, call: Prepared) -> None:
        tensors = [value.clone() for value in call.values]
        self.result = kept(call(tensors))
        self.after = [tensor.detach().clone() for tensor in tensors]
        self.written = [not same_bytes(now, then) for now, then in zip(tensors, call.values, strict=True)]
        """Which of them it writes: those it may write in every layout, and no other."""


def observe(call: Prepared, expected: Expected, plan: Plan) -> list[Observed]:
    """Make the call with its tensors laid out by the plan; every promise that it breaks.

    >>> from tensorlab.testing.aten.calling import Prepared
    >>> from tensorlab.testing.aten.record import Plan
    >>> call = Prepared(None, "call", lambda x: x.view(-1), [[torch.ones(2, 2)], {}])
    >>> [seen.verdict for seen in observe(call, Expected(call), Plan((0,), ("transposed",)))]
    ['REFUSED']
    """
    ready = Tensors(call, plan)
    try:
        result = call(ready.tensors)
    except Exception as error:  # noqa: BLE001 - an operator may raise anything
        found = [Observed(verdict="REFUSED", message=_words(error), cause=_cause(error))]
    else:
        found = _values(call, expected, ready, result)
    return [*found, *_bytes(call, expected, ready)]


def _words(error: Exception) -> str:
    """The first sentence or two, on one line."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:160]}"


def _cause(error: Exception) -> str:
    return re.sub(r"-?\d+", "N", _words(error))[:60]


def _values(call: Prepared, expected: Expected, ready: Tensors, result: Any) -> list[Observed]:  # noqa: ANN401 - a result
    """Where the result, or what was written, is another than in C order."""
    pairs = [("the result", expected.result, result)]
    pairs += [
        (call.names[position], expected.after[position], tensor)
        for position, tensor in enumerate(ready.tensors)
        if expected.written[position] and tensor is not result
    ]
    for name, right, given in pairs:
        message = difference(right, given, name)
        kind = "shape" if " has shape " in message or " has dtype " in message else "values"
        if message and (kind == "shape" or not _as_near(call, right, given, name)):
            return [Observed(verdict="SILENT-WRONG", message=message, cause=kind)]
    return []


def _bytes(call: Prepared, expected: Expected, ready: Tensors) -> list[Observed]:
    """Where an argument was written that C order leaves alone, or a byte that belongs to no argument."""
    found = []
    for position, name in enumerate(call.names):
        inside, outside = ready.written(position)
        if inside and not expected.written[position]:
            found.append(Observed(verdict="MUTATED", message=f"{name} was written; in C order it is not"))
        if outside:
            found.append(Observed(verdict="STRAY-WRITE", message=f"bytes beside the elements of {name} were written"))
    return found


def difference(right: Any, given: Any, name: str = "the result") -> str:  # noqa: ANN401 - results
    """What tells two results apart, in a sentence; nothing where they agree within torch.testing's tolerances.

    >>> difference(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 5.0]))
    'element (1,) of the result is 5.0; in C order 2.0'
    >>> difference((torch.ones(2), 3), (torch.ones(3), 3))
    'the result[0] has shape (3,); in C order (2,)'
    """
    if isinstance(right, torch.Tensor):
        return _tensors_differ(right, given, name)
    if isinstance(right, (list, tuple, dict)):
        return _nests_differ(right, given, name)
    same = right is given or (right != right and given != given) or bool(right == given)  # noqa: PLR0124 - NaN
    return "" if same else f"{name} is {given!r}; in C order {right!r}"


def _nests_differ(right: Any, given: Any, name: str) -> str:  # noqa: ANN401 - results
    kind = next(one for one in (list, tuple, dict) if isinstance(right, one))
    if not isinstance(given, kind) or len(given) != len(right):
        return f"{name} has shape {type(given).__name__}; in C order {kind.__name__} of {len(right)}"
    keys = list(right) if isinstance(right, dict) else range(len(right))
    return next((words for key in keys if (words := difference(right[key], given[key], f"{name}[{key!r}]"))), "")


def _tensors_differ(right: torch.Tensor, given: Any, name: str) -> str:  # noqa: ANN401 - a result
    if not isinstance(given, torch.Tensor) or given.layout is not right.layout:
        return f"{name} is {type(given).__name__} with another layout than in C order"
    if given.dtype != right.dtype:
        return f"{name} has dtype {given.dtype}; in C order {right.dtype}"
    if given.shape != right.shape:
        return f"{name} has shape {tuple(given.shape)}; in C order {tuple(right.shape)}"
    if right.layout is not torch.strided:
        right, given = right.to_dense(), given.to_dense()
    right, given = right.resolve_neg(), given.detach().resolve_neg()
    far = ~_close(right, given)
    if not bool(far.any()):
        return ""
    index = tuple(int(number) for number in far.nonzero()[0])
    return f"element {index} of {name} is {given[index].item()}; in C order {right[index].item()}"


def _close(right: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
    if not (right.is_floating_point() or right.is_complex()):
        return right == given
    rtol, atol = _TOLERANCES.get(right.dtype, (1.3e-6, 1e-5))
    return torch.isclose(given, right, rtol=rtol, atol=atol, equal_nan=True)


_TOLERANCES = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex128: (1e-7, 1e-7),
}
"""Relative and absolute, as ``torch.testing.assert_close`` has them; others as float32."""


def _as_near(call: Prepared, right: Any, given: Any, name: str) -> bool:  # noqa: ANN401 - results
    """Whether both results are roundings of one: sums in another order differ, the exact result is near to both."""
    try:
        exact = _exact(call, name)
    except Exception:  # noqa: BLE001 - no wider float: then nothing is nearer
        return False
    return all(_rounded_alike(*three) for three in zip(_floats(right), _floats(given), _floats(exact), strict=True))


def _exact(call: Prepared, name: str) -> Any:  # noqa: ANN401 - a result
    """The result, or the argument of that name afterwards, in a wider float."""
    tensors = [_wider(value) for value in call.values]
    if all(tensor.dtype == value.dtype for tensor, value in zip(tensors, call.values, strict=True)):
        raise TypeError("no wider float")
    result = call(tensors)
    return tensors[call.names.index(name)] if name in call.names else kept(result)


def _wider(value: torch.Tensor) -> torch.Tensor:
    bits = _DOUBLE.get(value.dtype)
    return value.clone() if bits is None else value.to(torch.float32 if bits == 32 else torch.float64)


def _floats(nested: Any) -> list[torch.Tensor]:  # noqa: ANN401 - a result
    """Its floats, flat and wide; of other things what they are, so that they must agree."""
    found: list[torch.Tensor] = []

    def note(leaf: Any) -> Any:  # noqa: ANN401 - anything
        if isinstance(leaf, torch.Tensor):
            wide = torch.complex128 if leaf.is_complex() else torch.float64
            found.append(leaf.detach().resolve_neg().resolve_conj().to(wide).reshape(-1))
        elif isinstance(leaf, (int, float)):
            found.append(torch.tensor([float(leaf)], dtype=torch.float64))
        return leaf

    mapped(nested, note)
    return found


def _rounded_alike(right: torch.Tensor, given: torch.Tensor, exact: torch.Tensor) -> bool:
    if right.shape != given.shape or right.shape != exact.shape or not right.numel():
        return right.shape == given.shape == exact.shape
    finite = exact.isfinite() & right.isfinite()
    if not torch.equal(right[~finite].nan_to_num(), given[~finite].nan_to_num()):
        return False
    if not bool(finite.any()):
        return True
    right, given, exact = right[finite], given[finite], exact[finite]
    scale = float(exact.abs().max())
    error = float((right - exact).abs().max())
    allowed = _SLACK * max(error, torch.finfo(torch.float32).eps * scale)
    return error <= _ROUGH * scale and float((given - exact).abs().max()) <= allowed
