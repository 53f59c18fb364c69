import json
import random
from typing import Any

import pytest
import torch
from support.probe import run_python
from torch import nn

from tensorlab.api.networks import alexnet
from tensorlab.codec import decode, encode
from tensorlab.errors import UnsupportedError
from tensorlab.models.layer_times import Pace
from tensorlab.models.layers import ALEXNET, costs, image_shape
from tensorlab.models.profiling.measuring import profile_module
from tensorlab.models.profiling.record import Profile

ONCE = Pace(0.0, 1, 1, 0)


def profiled(module: nn.Module, inputs: object, *, train: bool = False) -> Profile:
    return profile_module(module, inputs, train=train, pace=ONCE)


class Shared(nn.Module):
    """One part, called twice; the second time on what it gave."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Linear(4, 4)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.part(self.part(given))
        return result


class Both(nn.Module):
    """Gives a dict with a tuple in it."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.ModuleDict({"deep": nn.Sequential(nn.Sequential(nn.Linear(4, 2)))})

    def forward(self, given: torch.Tensor, *, scale: float = 1.0) -> dict[str, Any]:
        made = self.inner["deep"](given)
        return {"scores": made, "more": (made * scale, None)}


class Written(nn.Module):
    """Writes what it is given."""

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        return given.add_(1).view(-1)


ODD: dict[str, tuple[nn.Module, object]] = {
    "a part called twice": (Shared(), torch.zeros(3, 4)),
    "without parameters": (nn.Sequential(nn.ReLU(), nn.Flatten()), torch.zeros(3, 4)),
    "nothing inside": (nn.Sequential(), torch.zeros(3)),
    "an identity": (nn.Identity(), torch.zeros(3)),
    "nested, a dict of a tuple": (Both(), {"given": torch.zeros(3, 4), "scale": 2.0}),
    "in place": (Written(), torch.zeros(3, 4)),
    "lazy": (nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d()), torch.zeros(5, 4)),
    "recurrent": (nn.LSTM(3, 4), torch.zeros(5, 2, 3)),
    "attention": (nn.MultiheadAttention(8, 2, batch_first=True), (torch.zeros(2, 3, 8),) * 3),
    "whole numbers": (nn.Embedding(10, 4), torch.arange(3)),
    "sparse gradients": (nn.EmbeddingBag(10, 4, sparse=True), torch.zeros(3, 2, dtype=torch.int64)),
    "no inputs": (nn.ParameterList([]), ()),
    "random": (nn.Dropout(), torch.zeros(4)),
    "complex": (nn.Linear(2, 2, dtype=torch.complex64), torch.zeros(3, 2, dtype=torch.complex64)),
    "half": (nn.Linear(2, 2, dtype=torch.bfloat16), torch.zeros(3, 2, dtype=torch.bfloat16)),
    "weight norm": (nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)), torch.zeros(3, 2)),
}


SCALARS = 64
"""Bytes of numbers that Python gives, which autograd keeps as tensors of its own."""
UNTRAINED = "nothing that the module gives requires a gradient"
REFUSED = {
    ("no inputs", False): "raises",
    ("no inputs", True): "raises",
    ("nothing inside", True): UNTRAINED,
    ("without parameters", True): UNTRAINED,
    ("an identity", True): UNTRAINED,
    ("in place", True): UNTRAINED,
    ("random", True): UNTRAINED,
}


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("name", ODD)
def test_odd_modules_are_told_or_refused_with_a_sentence(name: str, *, train: bool) -> None:
    module, inputs = ODD[name]
    if told := REFUSED.get((name, train)):
        with pytest.raises(UnsupportedError, match=told):
            profiled(module, inputs, train=train)
        return
    found = profiled(module, inputs, train=train)
    assert all(row.counted is not None for row in found.rows)
    kept = 4 * SCALARS if name == "half" else SCALARS  # its kernels may keep a few lines for themselves
    assert max(abs(row.alive - (row.counted or 0)) for row in found.rows) <= kept
    assert decode(Profile, json.loads(json.dumps(encode(found)))) == found


def test_a_part_called_twice_has_two_rows_and_one_set_of_parameters() -> None:
    rows = profiled(Shared(), torch.zeros(3, 4)).rows
    assert [(row.label, row.parameters, row.fresh, row.macs) for row in rows] == [
        ("part", 20, 20, 48),
        ("part #2", 20, 0, 48),
    ]


def test_what_a_module_does_between_its_parts_is_a_row() -> None:
    found = profiled(Both(), {"given": torch.zeros(3, 4), "scale": 2.0})
    assert [(row.name, row.kind) for row in found.rows] == [("inner.deep.0.0", "Linear"), ("Both", "mul")]


def test_parameters_that_a_module_uses_without_calling_their_owner_are_found() -> None:
    found = profiled(nn.MultiheadAttention(8, 2, batch_first=True), (torch.zeros(2, 3, 8),) * 3)
    assert sum(row.fresh for row in found.rows) == found.parameters == 4 * 64 + 4 * 8


class Uncopied(nn.Linear):
    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        raise TypeError("no two of me")


def state_of(module: nn.Module) -> list[Any]:
    tensors = [*module.parameters(), *module.buffers()]
    return [
        [part.training for part in module.modules()],
        [(part._forward_hooks, part._forward_pre_hooks, part._backward_hooks) for part in module.modules()],
        [None if isinstance(one, nn.UninitializedParameter) else one.detach().clone() for one in tensors],
        [one.grad for one in tensors],
        [one.requires_grad for one in tensors],
    ]


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize(
    "module",
    [
        nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout().eval(), nn.ReLU(inplace=True)),
        nn.Sequential(nn.LazyLinear(3)),
        Uncopied(4, 4),
    ],
    ids=["usual", "lazy", "not to be copied"],
)
def test_all_is_left_as_it_was_found(module: nn.Module, *, train: bool) -> None:
    given = torch.randn(5, 4, requires_grad=True)
    value = given.detach().clone()
    before, chance = state_of(module), (torch.get_rng_state(), random.getstate())
    if train and isinstance(module, Uncopied):
        with pytest.raises(UnsupportedError, match="it would not stay as it is"):
            profiled(module, given, train=True)
    else:
        profiled(module, given, train=train)
    after = state_of(module)
    assert (after[0], after[1], after[4]) == (before[0], before[1], before[4])
    assert all(one is None or torch.equal(one, two) for one, two in zip(before[2], after[2], strict=True))
    assert after[3] == before[3]
    assert given.grad is None
    assert torch.equal(given, value)
    assert torch.equal(torch.get_rng_state(), chance[0])
    assert random.getstate() == chance[1]


def test_all_is_left_as_it_was_when_a_module_raises() -> None:
    module = nn.Sequential(nn.Linear(4, 4), nn.Linear(5, 5))
    before = state_of(module)
    with pytest.raises(UnsupportedError, match="Sequential raises RuntimeError"):
        profiled(module, torch.zeros(2, 4))
    assert state_of(module)[1] == before[1]


@pytest.mark.parametrize(
    ("module", "inputs", "told"),
    [
        (3, torch.zeros(2), "a module is profiled"),
        (nn.Linear(2, 2), "words", "inputs are a tensor"),
        (nn.Linear(2, 2, device="meta"), torch.zeros(1, 2), "on the meta device"),
        (nn.Linear(2, 2), torch.zeros(1, 2, device="meta"), "on the meta device"),
        (nn.Linear(2, 2), torch.zeros(1, 3), "raises RuntimeError"),
    ],
)
def test_what_cannot_be_profiled_is_refused_in_a_sentence(module: Any, inputs: object, told: str) -> None:
    with pytest.raises(UnsupportedError, match=told):
        profiled(module, inputs)


@pytest.fixture(scope="module")
def network() -> Profile:
    return profiled(alexnet(), torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0)))


def test_alexnet_is_what_its_table_says(network: Profile) -> None:
    table = costs(ALEXNET, image_shape(2))
    assert [(row.name, row.parameters, row.macs) for row in network.rows] == [
        (cost.name, cost.parameters, cost.macs) for cost in table
    ]
    assert [row.outputs[0].layout.shape for row in network.rows] == [cost.output for cost in table]
    assert network.parameters == sum(row.fresh for row in network.rows) == 61_100_840
    parameters = [block for block in network.blocks if block.role == "parameter"]
    assert sum(block.nbytes for block in parameters) == 244_403_360
    busy = [(row, cost) for row, cost in zip(network.rows, table, strict=True) if row.kind in {"Conv2d", "Linear"}]
    assert all(row.moved == cost.nbytes for row, cost in busy)


def test_alexnets_bytes_are_the_allocators(network: Profile) -> None:
    assert network.gap == 0.0
    assert network.counted_peak is not None
    assert network.counted_peak >= network.peak


def test_the_peak_of_a_whole_process_is_not_above_what_is_told() -> None:
    """Another count altogether: the resident bytes of a process that runs one large layer."""
    ran = run_python(
        """
import resource, torch
from torch import nn
from tensorlab.models.profiling.measuring import profile_module
from tensorlab.models.layer_times import Pace
module, given = nn.Sequential(nn.ReLU(), nn.ReLU(), nn.ReLU()), torch.randn(2**24)
found = profile_module(module, given, pace=Pace(0.0, 1, 1, 0))
print(found.peak // 2**20, [row.peak // 2**20 for row in found.rows])
"""
    )
    assert ran.stdout == "192 [128, 192, 192]\n", ran.stderr


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_a_scripted_module_is_refused_in_one_sentence() -> None:
    scripted = torch.jit.script(nn.Sequential(nn.Linear(2, 2)))
    for train in (False, True):
        with pytest.raises(UnsupportedError, match=r"torch\.jit has made one program of its layers"):
            profile_module(scripted, torch.zeros(3, 2), train=train, pace=Pace(0, 1, 1, 0))
