from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.pylist import DOT_PACE
from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.budget import free_memory
from tensorlab.bench.cases import Selection, plan
from tensorlab.bench.record import Case, Profile, Skipped
from tensorlab.errors import UnavailableError, UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.facts import is_dense
from tensorlab.models.layers import CLASSES
from tensorlab.models.workloads import (
    ALEXNET,
    CATALOGUE,
    flops,
    image_operand,
    list_alexnet,
    numpy_alexnet,
    torch_alexnet,
)
from tensorlab.quantity import Quantity

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
    with pytest.raises(UnsupportedError, match="Python computes on the CPU; got device 'cuda'"):
        list_alexnet("cuda", dtype("float64"))
    with pytest.raises(UnsupportedError, match="Python's floats are float64; got dtype 'float32'"):
        list_alexnet("cpu", dtype("float32"))
    with pytest.raises(UnsupportedError, match=r"a network is computed in float32, .*; got dtype 'int8'"):
        torch_alexnet("cpu", dtype("int8"))
    with pytest.raises(UnknownNameError, match="no device is called 'cudda'"):
        torch_alexnet("cudda", dtype("float32"))
    with pytest.raises(UnavailableError, match="reports no mtia device"):
        torch_alexnet("mtia", dtype("float32"))


def test_every_library_has_an_implementation() -> None:
    assert set(CATALOGUE.implementations) == {(library, "alexnet") for library in ("list", "numpy", "torch")}


def in_lists(size: int, profile: Profile, *, free: int = 2**40) -> Case | Skipped:
    """What becomes of AlexNet in lists on a machine with that many bytes."""
    backends = {"list": replace(BACKENDS["list"], free=always(free))}
    (row,) = plan(CATALOGUE, Selection(devices=("cpu",), sizes=(size,), dtypes=("float32",), profile=profile), backends)
    return row


@pytest.mark.parametrize(("size", "profile", "allowed"), [(1, "quick", "1.00 s"), (8, "full", "20.0 s")])
def test_lists_are_too_slow_for_the_quick_profile_and_for_a_batch(size: int, profile: Profile, allowed: str) -> None:
    row = in_lists(size, profile)
    assert isinstance(row, Skipped)
    assert row.cause == "cost"
    assert row.reason.startswith(f"about {Quantity(flops(size) * DOT_PACE, 's')} a call at ")
    assert row.reason.endswith(f"the {profile} profile allows {allowed}")


def test_one_image_in_lists_is_a_case_of_the_full_profile() -> None:
    assert isinstance(in_lists(1, "full"), Case)


def test_boxed_parameters_count_where_memory_is_short() -> None:
    row = in_lists(1, "full", free=3 * 10**9)
    assert isinstance(row, Skipped)
    assert row.cause == "memory"
    numbers = 61_100_840 + 3 * 224 * 224
    boxed, checked = 40 * (numbers + 2 * CLASSES), 8 * (numbers + 3 * CLASSES)
    assert row.reason == f"needs {Quantity(boxed + checked, 'B')}; cpu has 3,000,000,000 B free"
    assert isinstance(in_lists(1, "full", free=4 * 10**9), Case)


@pytest.mark.skipif((free_memory() or 0) < 4 * 10**9, reason="needs 4 GB of free memory")
def test_lists_are_within_the_tolerance(reference: Any) -> None:
    image = images(1)
    found: Any = list_alexnet("cpu", dtype("float64"))(image.tolist())
    expected = reference(image)
    assert np.shape(found) == expected.shape
    assert np.abs(found - expected).max() / np.abs(expected).max() < ALEXNET.tolerance["float64"] / 2


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that torch can use")
@pytest.mark.parametrize("name", FLOATS)
def test_a_gpu_is_within_the_tolerance(name: str, reference: Any) -> None:
    placed = torch.from_numpy(images(2)).to(FLOATS[name])
    found: Any = torch_alexnet("cuda", dtype(name))(placed.cuda())
    expected = reference(placed.double().numpy())
    assert np.abs(found.cpu().double().numpy() - expected).max() / np.abs(expected).max() < ALEXNET.tolerance[name]
