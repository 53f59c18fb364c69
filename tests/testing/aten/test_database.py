import pytest
import torch

from tensorlab.errors import UnknownNameError
from tensorlab.testing.aten.database import full_name, operators


def test_all_operators_of_a_dtype_or_those_of_a_name() -> None:
    everything = [full_name(op) for op in operators()]
    assert len(everything) > 600
    assert len(set(everything)) == len(everything)
    assert [full_name(op) for op in operators(["linspace.tensor_overload"])] == ["linspace.tensor_overload"]


def test_an_operator_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="no operator of dtype float32 is called 'kronn'"):
        operators(["kronn"])
    with pytest.raises(UnknownNameError, match="no operator of dtype float32 is called 'bincount'"):
        operators(["bincount"])
    assert operators(["bincount"], dtype=torch.int64)
