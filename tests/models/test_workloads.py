from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import UnavailableError, UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.facts import is_dense
from tensorlab.models.layers import CLASSES
from tensorlab.models.workloads import ALEXNET, CATALOGUE, flops, image_operand, numpy_alexnet, torch_alexnet

FLOATS = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def images(batch: int) -> Any:
    return np.random.default_rng(3).uniform(-1, 1, (batch, 3, 224, 224))


@pytest.fixture(scope="module")
def reference() -> Any:
    return numpy_alexnet("cpu", dtype("float64"))


@pytest.mark.parametrize("name", FLOATS)
def test_torch_is_within_the_tolerance_of_the_float64_reference(name: str, reference: Any) -> None:
    placed = torch.from_numpy(images(2)).to(FLOATS[name])
    found: Any = torch_alexnet("cpu", dtype(name))(placed)
    expected = reference(placed.double().numpy())
    assert found.dtype == FLOATS[name]
    error = np.abs(found.double().numpy() - expected).max() / np.abs(expected).max()
    assert ALEXNET.tolerance[name] / 1000 < error < ALEXNET.tolerance[name] / 2


def test_numpy_float32_is_within_the_tolerance(reference: Any) -> None:
    placed = images(1).astype(np.float32)
    found: Any = numpy_alexnet("cpu", dtype("float32"))(placed)
    expected = reference(placed.astype(np.float64))
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() / np.abs(expected).max() < ALEXNET.tolerance["float32"] / 2


def test_figures_of_the_workload() -> None:
    float32 = dtype("float32")
    assert ALEXNET.parameters(float32) == 244_403_360
    assert ALEXNET.writes(8, float32) == 8 * CLASSES * 4
    assert flops(8) == ALEXNET.flops(8) == 8 * 1_428_376_960
    assert ALEXNET.sizes == {"quick": (1, 8), "full": (1, 8, 64)}


def test_the_operand_is_one_dense_batch() -> None:
    (operand,) = image_operand(8, dtype("bfloat16"))
    assert operand.layout.shape == (8, 3, 224, 224)
    assert operand.nbytes == 8 * 3 * 224 * 224 * 2
    assert operand.fill == "random"
    assert is_dense(operand.layout)


def test_results_carry_no_graph_and_leave_the_images_alone() -> None:
    placed = torch.ones(1, 3, 224, 224)
    found: Any = torch_alexnet("cpu", dtype("float32"))(placed)
    assert found.is_inference()
    assert torch.equal(placed, torch.ones(1, 3, 224, 224))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="NumPy computes on the CPU; got device 'cuda'"):
        numpy_alexnet("cuda", dtype("float32"))
    with pytest.raises(UnsupportedError, match="NumPy has no floating-point dtype 'bfloat16'"):
        numpy_alexnet("cpu", dtype("bfloat16"))
    with pytest.raises(UnsupportedError, match=r"a network is computed in float32, .*; got dtype 'int8'"):
        torch_alexnet("cpu", dtype("int8"))
    with pytest.raises(UnknownNameError, match="no device is called 'cudda'"):
        torch_alexnet("cudda", dtype("float32"))
    with pytest.raises(UnavailableError, match="reports no mtia device"):
        torch_alexnet("mtia", dtype("float32"))


def test_lists_have_no_implementation() -> None:
    assert set(CATALOGUE.implementations) == {("torch", "alexnet"), ("numpy", "alexnet")}


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that torch can use")
@pytest.mark.parametrize("name", FLOATS)
def test_a_gpu_is_within_the_tolerance(name: str, reference: Any) -> None:
    placed = torch.from_numpy(images(2)).to(FLOATS[name])
    found: Any = torch_alexnet("cuda", dtype(name))(placed.cuda())
    expected = reference(placed.double().numpy())
    assert np.abs(found.cpu().double().numpy() - expected).max() / np.abs(expected).max() < ALEXNET.tolerance[name]
