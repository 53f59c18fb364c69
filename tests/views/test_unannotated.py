from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from views.makers import TORCH

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.record import Refused, View
from tensorlab.views.unannotated import LOWERED, UNANNOTATED

F = torch.nn.functional
NUMBERS = {
    "bfloat16": torch.bfloat16, "bool": torch.bool, "byte": torch.uint8, "cdouble": torch.complex128,
    "cfloat": torch.complex64, "char": torch.int8, "double": torch.float64, "float": torch.float32,
    "half": torch.float16, "int": torch.int32, "long": torch.int64, "short": torch.int16,
}  # fmt: skip


def _number(name: str) -> tuple[torch.Tensor, Any, Any]:
    x = torch.zeros(2, 3, dtype=NUMBERS[name])
    kinds = (torch.complex64, torch.complex128) if x.is_complex() else (torch.float32, torch.float64)
    other = kinds[0] if name in {"cdouble", "double"} else kinds[1]
    return x, lambda x: getattr(x, name)(), lambda x: getattr(x.to(other), name)()


def _plain() -> torch.Tensor:
    return torch.arange(6.0).reshape(2, 3)


def _dropped(name: str, home: Any = torch) -> tuple[torch.Tensor, Any, Any]:
    act = getattr(home, name)
    shape = {"dropout2d": (1, 2, 3, 1), "dropout3d": (1, 2, 3, 1, 1)}.get(name, (2, 3))
    return _plain().reshape(shape), lambda x: (act(x, 0.5, False), act(x, 0.0, True)), lambda x: act(x, 0.5, True)


def _broadcast(*tensors: torch.Tensor) -> Any:
    return torch.broadcast_tensors(*tensors)  # type: ignore[no-untyped-call]  # torch has no types here


CASES: dict[str, tuple[torch.Tensor, Any, Any]] = {
    **{name: _number(name) for name in NUMBERS},
    **{name: _dropped(name) for name in ("alpha_dropout", "dropout", "feature_alpha_dropout", "feature_dropout")},
    **{name: _dropped(name, F) for name in ("dropout1d", "dropout2d", "dropout3d")},
    "sum_to_size": (_plain(), lambda x: x.sum_to_size(2, 3), lambda x: x.sum_to_size(1, 3)),
    "meshgrid": (torch.arange(3.0), lambda x: torch.meshgrid(x, x, indexing="ij"), None),
    "broadcast_tensors": (_plain(), lambda x: _broadcast(x, x[:1]), None),
    "atleast_1d": (torch.tensor(1.0), torch.atleast_1d, None),
    "atleast_2d": (torch.arange(3.0), torch.atleast_2d, None),
    "atleast_3d": (torch.arange(3.0), torch.atleast_3d, None),
    "einsum": (
        _plain(),
        lambda x: (torch.einsum("ij->ji", x), torch.einsum("ij", x), torch.einsum("ii->i", x[:, :2])),
        lambda x: (torch.einsum("ij->i", x), torch.einsum("ii", x[:, :2])),
    ),
    "conj_physical": (_plain(), torch.conj_physical, lambda x: torch.conj_physical(x.to(torch.complex64))),
    "histogramdd": (
        torch.arange(3.0),
        lambda x: torch.histogramdd(torch.rand(4, 2), [x, x])[1],
        lambda x: torch.histogramdd(torch.rand(4, 2) + x[:2], [2, 2])[1],
    ),
    "type_as": (_plain(), lambda x: x.type_as(x), lambda x: x.type_as(torch.tensor(1))),
    "cartesian_prod": (torch.arange(3.0), torch.cartesian_prod, lambda x: torch.cartesian_prod(x, x)),
    "unsafe_chunk": (_plain(), lambda x: torch.unsafe_chunk(x, 2), None),
    "unsafe_split": (_plain(), lambda x: torch.unsafe_split(x, 1), None),
    "unsafe_split_with_sizes": (_plain(), lambda x: torch.unsafe_split_with_sizes(x, [1, 1]), None),
    "_unsafe_view": (_plain(), lambda x: torch.ops.aten._unsafe_view(x, [6]), None),
    "type": (_plain(), lambda x: x.type(torch.float32), lambda x: x.type(torch.float64)),
    "as_tensor": (_plain(), torch.as_tensor, lambda x: torch.as_tensor(x, dtype=torch.float64)),
    "asarray": (_plain(), torch.asarray, lambda x: torch.asarray(x, copy=True)),
    "Identity": (_plain(), torch.nn.Identity(), None),
    "to_dense": (_plain(), lambda x: x.to_dense(), None),
    "dequantize": (_plain(), lambda x: x.dequantize(), None),
    "data": (_plain(), lambda x: x.data, None),
}
"""A tensor, what gives its memory, and, where that is so, what gives other memory under the same name."""


def _share(x: torch.Tensor, result: Any) -> list[bool]:
    results = result if isinstance(result, (tuple, list)) else [result]
    return [np.shares_memory(_bytes(x), _bytes(one)) for one in results]


def _bytes(x: torch.Tensor) -> Any:
    """Every byte of the memory that it lies in."""
    return torch.tensor([], dtype=torch.uint8).set_(x.detach().untyped_storage()).numpy()


@pytest.mark.parametrize("name", UNANNOTATED)
def test_the_result_shares_bytes_when_the_table_says_so(name: str) -> None:
    x, aliasing, other = CASES[name]
    assert all(_share(x, aliasing(x)))
    assert other is None or not any(_share(x, other(x)))
    assert UNANNOTATED[name].when


def test_every_row_is_tried_and_every_lowering_takes_part_in_the_chains() -> None:
    assert set(CASES) == set(UNANNOTATED)
    assert set(LOWERED) <= set(TORCH)


VIEW = View(Layout((2, 3), (12, 4), itemsize=4), dtype("float32"))


@pytest.mark.parametrize(
    "call",
    [
        Call("dropout", (0.5, True)),
        Call("dropout"),
        Call("dropout", (2.0, False)),
        Call("sum_to_size", (1, 3)),
        Call("type", ("torch.FloatTensor",)),
        Call("as_tensor", (), (("device", "cuda"),)),
    ],
    ids=str,
)
def test_what_computes_new_elements_or_is_not_known_is_not_guessed(call: Call) -> None:
    with pytest.raises(UnsupportedError, match=f"hint: {call.name} takes"):
        step(VIEW, call, "torch")


def test_what_torch_refuses_is_refused() -> None:
    assert isinstance(step(VIEW, Call("cartesian_prod"), "torch").after[0], Refused)
    refused = step(VIEW, Call("asarray", (), (("dtype", dtype("int8")), ("copy", False))), "torch").after[0]
    assert isinstance(refused, Refused)
    with pytest.raises(ValueError, match="can't alias"):
        torch.asarray(_plain(), dtype=torch.int8, copy=False)


@pytest.mark.parametrize(
    "call",
    [
        Call("unsafe_split", ([1, 1],)),
        Call("unsafe_split", (), (("split_size", (2, 0)),)),
        Call("unsafe_split", (), (("split_size_or_sections", 1),)),
    ],
    ids=str,
)
def test_unsafe_split_takes_one_size(call: Call) -> None:
    refused = step(VIEW, call, "torch").after[0]
    assert isinstance(refused, Refused)
    assert refused.error == "TypeError"
    unsafe_split: Any = torch.unsafe_split
    with pytest.raises(TypeError, match="split_size"):
        unsafe_split(_plain(), *call.args, **dict(call.keywords))


def test_a_diagonal_that_repeats_an_index_shares_memory() -> None:
    x = torch.zeros(3, 3)
    assert torch.einsum("ii->i", x).data_ptr() == x.data_ptr()
    assert "diagonal" in UNANNOTATED["einsum"].when
