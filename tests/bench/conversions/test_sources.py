from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from torch.utils.dlpack import from_dlpack

from tensorlab.bench.conversions.calls import CALLS, values
from tensorlab.bench.conversions.sources import SOURCES, Capsule


@pytest.mark.parametrize("name", SOURCES)
def test_each_is_made_afresh_and_given_to_functions_that_exist(name: str) -> None:
    source = SOURCES[name]
    assert source.make() is not source.make()
    assert set(source.calls.split()) <= set(CALLS)
    if source.readable:
        assert len(values(source.make())) == len(values(source.make()))


def test_they_are_what_their_names_say() -> None:
    made = {name: source.make() for name, source in SOURCES.items()}
    assert made["ndarray, negative stride"].strides == (-8,)
    assert made["ndarray, every second"].strides == (16,)
    assert not made["ndarray, read-only"].flags.writeable
    assert made["memoryview, read-only"].readonly
    assert not made["ndarray, big-endian"].dtype.isnative
    assert made["tensor, conj view"].is_conj()
    assert made["tensor, neg view"].is_neg()
    assert made["tensor, storage resized to 0"].untyped_storage().nbytes() == 0
    assert made["tensor, requires_grad"].requires_grad


def test_a_capsule_speaks_dlpack_alone() -> None:
    capsule: Any = Capsule()
    assert np.from_dlpack(capsule).tolist() == from_dlpack(capsule).tolist() == capsule.tolist()
    assert not hasattr(capsule, "__array_interface__")
