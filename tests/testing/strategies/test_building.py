from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.testing.filling import fill
from tensorlab.testing.laying import classes_for, lay_out
from tensorlab.testing.source import Seeded
from tensorlab.testing.strategies.building import array_of, tensor_of


@pytest.mark.parametrize("name", ["float32", "complex64", "int64", "bfloat16", "bool", "complex128"])
def test_a_tensor_lies_and_reads_as_it_was_drawn(name: str) -> None:
    for shape in [(2, 1, 3), (), (0, 2), (2, 2, 2, 2)]:
        for wanted in classes_for(shape, dtype(name)):
            for seed in range(6):
                laid = lay_out(Seeded(seed), shape, dtype(name), wanted)
                assert laid is not None
                made = tensor_of(laid, fill(shape, laid.dtype))
                size = made.element_size()
                assert tuple(n * size for n in made.stride()) == laid.layout.strides
                assert made.storage_offset() * size == laid.layout.offset
                assert (made.is_conj(), made.is_neg()) == (laid.conj, laid.neg)
                assert made.untyped_storage().nbytes() == laid.nbytes
                if not {"stride 0", "overlapping"} & laid.classes:
                    expected = torch.from_numpy(np.array(fill(shape, laid.dtype))).to(made.dtype)
                    assert torch.equal(made.resolve_conj().resolve_neg(), expected)


def test_parts_of_complex_numbers_know_their_base() -> None:
    bases = set()
    for seed in range(40):
        laid = lay_out(Seeded(seed), (2, 2), dtype("float32"), "dtype view")
        assert laid is not None
        base = tensor_of(laid, fill((2, 2), laid.dtype))._base
        bases.add(None if base is None else base.dtype)
    assert torch.complex64 in bases


def test_an_array_lies_and_reads_as_it_was_drawn() -> None:
    for wanted in classes_for((2, 1, 3), dtype("int32"), "numpy"):
        for seed in range(10):
            laid = lay_out(Seeded(seed), (2, 1, 3), dtype("int32"), wanted, library="numpy")
            assert laid is not None
            made = array_of(laid, fill((2, 1, 3), laid.dtype))
            assert made.strides == laid.layout.strides
            if not {"stride 0", "overlapping"} & laid.classes:
                assert made.tolist() == fill((2, 1, 3), laid.dtype).tolist()
