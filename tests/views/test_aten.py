from __future__ import annotations

import torch

from tensorlab.views.aten import ALIASES, EXCLUDED, PUBLIC, SOMETIMES
from tensorlab.views.chain import NAMES

HOMES = ("aten", "prim", "prims", "static_runtime")
"""Namespaces of torch itself."""
FIFTY_SEVEN = [
    "_conj",
    "_neg_view",
    "_reshape_alias",
    "adjoint",
    "alias",
    "as_strided",
    "broadcast_to",
    "chunk",
    "conj",
    "contiguous",
    "cpu",
    "cuda",
    "detach",
    "diagonal",
    "dsplit",
    "expand",
    "expand_as",
    "flatten",
    "hsplit",
    "imag",
    "linalg_diagonal",
    "mH",
    "mT",
    "matrix_H",
    "moveaxis",
    "movedim",
    "narrow",
    "numpy_T",
    "permute",
    "pin_memory",
    "positive",
    "ravel",
    "real",
    "reshape",
    "reshape_as",
    "resolve_conj",
    "resolve_neg",
    "select",
    "slice",
    "split",
    "split_with_sizes",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "tensor_split",
    "to",
    "transpose",
    "unbind",
    "unflatten",
    "unfold",
    "unsqueeze",
    "view",
    "view_as",
    "view_as_complex",
    "view_as_real",
    "vsplit",
]


def aliasing() -> set[str]:
    """Operations of which a result may be an alias, and which write nothing, by their schemas."""
    schemas = torch._C._jit_get_all_schemas()
    found = set()
    for schema in schemas:
        home, _, name = schema.name.partition("::")
        returns = any(value.alias_info is not None for value in schema.returns)
        writes = any(value.alias_info is not None and value.alias_info.is_write for value in schema.arguments)
        if home in HOMES and returns and not writes:
            found.add(name)
    return found


def unnamed(names: set[str]) -> set[str]:
    """Those that neither table names."""
    return names - set(ALIASES) - set(EXCLUDED)


def test_every_operation_whose_schema_says_alias_is_lowered_or_excluded_with_a_reason() -> None:
    found = aliasing()
    assert len(found) > 88
    assert unnamed(found) == set()
    assert set(ALIASES) <= found
    assert all(len(reason) > 10 for reason in EXCLUDED.values())


def test_an_operation_that_appears_is_seen() -> None:
    assert unnamed({*aliasing(), "view_as_quaternion"}) == {"view_as_quaternion"}


def test_all_fifty_seven_dense_operations_are_here() -> None:
    assert sorted(ALIASES) == sorted(FIFTY_SEVEN)
    assert len(ALIASES) == 57
    assert len(SOMETIMES) == 11
    assert set(ALIASES) >= SOMETIMES
    assert not set(ALIASES) & set(EXCLUDED)
    assert set(PUBLIC) <= set(NAMES["torch"])


def test_every_view_that_tensors_and_torch_have_under_those_names_can_be_called() -> None:
    for name in ("T", "H", "mT", "mH", "real", "imag"):
        assert hasattr(torch.Tensor, name)
        assert name in PUBLIC
