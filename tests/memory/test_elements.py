from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES, POINTER, DType, dtype
from tensorlab.memory.elements import value
from tensorlab.memory.ndarray import element

SMALL = [name for name, kind in DTYPES.items() if kind.kind == "float" and kind.itemsize <= 2 and kind.lanes == 1]


def same(found: Any, expected: Any) -> bool:
    """Equal, sign of zero and NaN included."""
    return repr(found) == repr(expected)


@pytest.mark.parametrize("name", SMALL)
def test_every_pattern_of_a_small_float_is_what_torch_says(name: str) -> None:
    kind = DTYPES[name]
    codes = np.arange(2 ** (8 * kind.itemsize), dtype=f"u{kind.itemsize}")
    expected = torch.from_numpy(codes).view(getattr(torch, name)).to(torch.float64).tolist()
    for code, exact in zip(codes, expected, strict=True):
        found = value(code.tobytes(), kind)
        assert same(found, exact) or (math.isnan(exact) and isinstance(found, float) and math.isnan(found))


@given(st.data())
def test_any_bytes_of_a_dtype_of_numpy_are_what_numpy_says(data: st.DataObject) -> None:
    plain = data.draw(st.sampled_from(["?", "i1", "u2", "i4", "u8", "f2", "f4", "f8", "c8", "c16", "S3"]))
    kind = np.dtype(plain).newbyteorder(data.draw(st.sampled_from("<>")))
    raw = (
        bytes([data.draw(st.integers(0, 1))])
        if plain == "?"
        else data.draw(st.binary(min_size=kind.itemsize, max_size=kind.itemsize))
    )
    assert same(value(raw, element(kind)), np.frombuffer(raw, kind)[0].item())


def test_texts_structures_and_pairs() -> None:
    kind = np.dtype([("a", ">i2"), ("s", "U3"), ("p", [("x", "<f4")])])
    row = np.array([(1, "bc", (0.5,))], kind)
    assert value(row.tobytes(), element(kind)) == (1, "bc", (0.5,))
    assert value(b"ab\0", element(np.dtype("S3"))) == b"ab"
    assert value(b"\x21", dtype("float4_e2m1fn_x2")) == (0.5, 1.0)
    assert value(b"ab", DType("V2", 2, "void")) == b"ab"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        half = torch.tensor([1 + 2j], dtype=torch.complex32).view(torch.uint8)
    assert value(bytes(half.tolist()), dtype("complex32")) == 1 + 2j


@pytest.mark.parametrize(
    "kind",
    [
        POINTER,
        DType("datetime64[D]", 8, "time"),
        DType("uint4", 1, "uint"),
        DType("quint4x2", 1, "uint", lanes=2),
        DType("bits8", 1, "void"),
    ],
    ids=lambda kind: kind.name,
)
def test_what_bytes_alone_do_not_tell(kind: DType) -> None:
    with pytest.raises(UnsupportedError, match="do not tell its value"):
        value(bytes(kind.itemsize), kind)
