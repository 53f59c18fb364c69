from __future__ import annotations

import pytest
import torch

from tensorlab.memory.files.dtypes import SUB_BYTE, of_safetensors, of_storage, of_torch
from tensorlab.memory.tensor_dtype import element

DTYPES = {value for value in vars(torch).values() if isinstance(value, torch.dtype)}


@pytest.mark.filterwarnings("ignore:ComplexHalf support:UserWarning")
@pytest.mark.parametrize("dtype", sorted(DTYPES, key=str), ids=str)
def test_dtypes_are_those_of_the_adapter(dtype: torch.dtype) -> None:
    told = of_torch(str(dtype).removeprefix("torch."))
    assert told is not None
    assert told.itemsize == dtype.itemsize
    try:
        tensor = torch.empty(0, dtype=dtype)
    except (RuntimeError, NotImplementedError):  # the quantized ones have makers of their own
        return
    assert told == element(tensor)


def test_storages_orders_and_names_that_are_none() -> None:
    float32, float64 = of_storage("torch.FloatStorage", order="big"), of_storage("torch.DoubleStorage", order="little")
    assert float32 is not None
    assert float64 is not None
    assert (float32.swapped, float64.swapped) == (True, False)
    byte = of_torch("uint8", order="big")
    assert byte is not None
    assert not byte.swapped
    assert [of_storage(name) for name in ("torch.Storage", "os.FloatStorage", "FloatStorage", "")] == [None] * 4
    assert {of_safetensors(name) is None for name in SUB_BYTE} == {False}
