"""Ledgers of live graphs, against pack hooks that count in a run of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.checkpoint import checkpoint

import tensorlab
from tensorlab.errors import UnsupportedError
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.ledger.record import Ledger

ALEXNET = "slots 32 naive 250,059,520 params 244,361,984 activations 3,139,072 input 602,112 double-counted 1,956,352"


class Packed(NamedTuple):
    """What pack hooks saw."""

    naive: int
    distinct: int
    slots: int


def logical(tensor: torch.Tensor) -> int:
    if tensor.layout is torch.sparse_coo:
        return logical(tensor._indices()) + logical(tensor._values())
    return tensor.numel() * tensor.element_size()


def touched(tensor: torch.Tensor) -> set[tuple[int, int]]:
    """Storage and place of each element; those of one run have one itemsize."""
    at = torch.arange(tensor.untyped_storage().nbytes() // tensor.element_size())
    places = at.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())
    return {(tensor.untyped_storage().data_ptr(), place) for place in places.flatten().tolist()}


def packed(function: Callable[[], Any], *, bytewise: bool = False) -> Packed:
    """Count what a function saves by a pack hook that keeps each tensor as it is."""
    seen: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        seen.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        kept = function()
    found = set().union(*map(touched, seen)) if bytewise else set()
    assert kept is not None
    return Packed(sum(map(logical, seen)), 4 * len(found), len(seen))


def held(ledger: Ledger) -> int:
    return sum(saved.state == "held" for saved in ledger.slots)


def balances(ledger: Ledger) -> bool:
    parts = ledger.parameters + ledger.buffers + ledger.inputs + ledger.activations + ledger.unclear
    return ledger.naive == parts + ledger.double_counted


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return tensorlab.alexnet().train()


def test_alexnet_is_told_to_the_byte_in_every_way_of_calling(network: nn.Module) -> None:
    images = torch.randn(1, 3, 224, 224)
    assert packed(lambda: network(images))[::2] == (250_059_520, 32)
    outputs = network(images)
    graph = tensorlab.graph(outputs, model=network)
    assert str(graph) == "nodes=41 edges=40"
    assert str(graph.saved()) == ALEXNET
    assert str(tensorlab.graph(outputs).saved()) == ALEXNET
    assert str(tensorlab.graph(outputs.sum(), model=network).saved()) == ALEXNET
    assert str(tensorlab.graph(network(torch.randn(1, 3, 224, 224)), model=network).saved()) == ALEXNET
    assert str(tensorlab.graph(network(images.requires_grad_()), model=network).saved()) == ALEXNET


def test_alexnets_weights_are_the_bytes_that_totals_add_up(network: nn.Module) -> None:
    ledger = tensorlab.graph(network(torch.randn(1, 3, 224, 224)), model=network).saved()
    weights = [tensorlab.describe(weight) for name, weight in network.named_parameters() if name.endswith("weight")]
    stored = [memory.storage for map_ in weights for _, memory in leaves(map_) if memory.storage is not None]
    assert ledger.parameters == unique_bytes(stored) == 244_361_984
    assert ledger.retained == ledger.naive - ledger.double_counted
    assert ledger.freeable == ledger.activations


def test_holders_name_the_parameter_and_the_other_slot(network: nn.Module) -> None:
    network.requires_grad_(requires_grad=True)
    graph = tensorlab.graph(network(torch.zeros(1, 3, 224, 224)), model=network)
    told = [str(saved) for saved in graph.saved().slots]
    assert told[1] == (
        "#16 ConvolutionBackward0.weight float32 (64, 3, 11, 11) 92,928 B parameter; "
        "also kept by parameter features.0.weight"
    )
    assert told[2].endswith("activation; also kept by #18 MaxPool2DWithIndicesBackward0.self")


def test_after_backward_all_slots_are_freed_and_nothing_is_left(network: nn.Module) -> None:
    outputs = network(torch.randn(1, 3, 224, 224))
    outputs.sum().backward()
    told = "slots 32 naive 0 params 0 activations 0 input 0 double-counted 0 freed 32 slots"
    ledger = tensorlab.graph(outputs, model=network).saved()
    assert str(ledger) == told
    assert {saved.state for saved in ledger.slots} == {"freed"}
    assert (ledger.retained, ledger.freeable) == (0, 0)


def test_a_part_that_backward_went_through_is_freed_and_the_rest_is_held() -> None:
    x = torch.ones(4, requires_grad=True)
    shared = x.exp()
    one, other = shared.sin(), shared.cos()
    one.sum().backward(inputs=[x])  # type: ignore[no-untyped-call]  # torch does not say its types
    ledger = tensorlab.graph([one, other]).saved()
    states = {saved.label.split(" ")[1]: saved.state for saved in ledger.slots}
    assert states == {"ExpBackward0.result": "freed", "SinBackward0.self": "freed", "CosBackward0.self": "held"}
    assert str(ledger).endswith("naive 16 params 0 activations 16 input 0 double-counted 0 freed 2 slots")


def test_a_saved_slice_keeps_the_whole() -> None:
    weight, x = torch.randn(10, requires_grad=True), torch.randn(100, 1000)
    ledger = tensorlab.graph(x[0, :10] * weight).saved()
    assert (ledger.naive, ledger.retained) == (40, 400_000)
    assert [saved.nbytes for saved in ledger.slots] == [40]


def test_what_expand_repeats_is_counted_once() -> None:
    weight, x = torch.randn(1000, 10, requires_grad=True), torch.randn(10)
    ledger = tensorlab.graph(x.expand(1000, 10) * weight).saved()
    assert (ledger.naive, ledger.inputs, ledger.double_counted, ledger.retained) == (40_000, 40, 39_960, 40)


def test_slices_that_overlap_count_each_byte_once() -> None:
    x, weight = torch.randn(100), torch.randn(60, requires_grad=True)
    ledger = tensorlab.graph([x[:60] * weight, x[40:] * weight, x[10:70] * weight]).saved()
    assert (ledger.naive, ledger.inputs, ledger.double_counted) == (720, 400, 320)


def test_dropout_masks_are_activations_and_targets_inputs() -> None:
    model = nn.Sequential(nn.Linear(8, 8), nn.Dropout(), nn.Linear(8, 4))
    loss = nn.functional.cross_entropy(model(torch.randn(3, 8)), torch.tensor([0, 1, 2]))
    owners = {saved.label.partition(" ")[2]: saved.owner for saved in tensorlab.graph(loss, model=model).saved().slots}
    assert owners["MulBackward0.other"] == "activation"
    assert owners["NllLossBackward0.target"] == "input"
    assert owners["LogSoftmaxBackward0.result"] == "activation"


def test_a_number_that_was_written_is_nobodys() -> None:
    x = torch.randn(4, requires_grad=True)
    ledger = tensorlab.graph((x * 0.5).sigmoid() * 3).saved()
    assert [(saved.state, saved.owner) for saved in ledger.slots] == [
        ("number", None),
        ("held", "activation"),
        ("number", None),
    ]


def test_what_joins_on_the_way_is_of_no_owner_that_is_known() -> None:
    weight, mask = torch.randn(4, requires_grad=True), torch.ones(4)
    ledger = tensorlab.graph(weight.sigmoid() * mask).saved()
    assert [saved.owner for saved in ledger.slots] == ["activation", None]
    assert str(ledger).endswith("double-counted 0 unclear 16")


def residual(train: bool) -> tuple[nn.Module, Callable[[nn.Module], torch.Tensor]]:  # noqa: FBT001 - one of two cases
    model = nn.ModuleDict({"a": nn.Conv2d(3, 4, 3, padding=1), "norm": nn.BatchNorm2d(4), "b": nn.Conv2d(4, 4, 1)})

    def run(modules: Any) -> torch.Tensor:
        x = modules["norm"](modules["a"](torch.randn(2, 3, 8, 8))).relu_()
        found: torch.Tensor = (x + modules["b"](x)).mean((2, 3))
        return found

    return model.train(train), run


def transformer() -> tuple[nn.Module, Callable[[nn.Module], torch.Tensor]]:
    return nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), lambda model: model(torch.randn(2, 5, 16))


def recurrent() -> tuple[nn.Module, Callable[[nn.Module], torch.Tensor]]:
    return nn.LSTM(4, 6, 2), lambda model: model(torch.randn(7, 2, 4))[0]


def tied() -> tuple[nn.Module, Callable[[nn.Module], torch.Tensor]]:
    model = nn.Sequential(nn.Embedding(20, 8), nn.Linear(8, 20, bias=False))
    model[1].weight = model[0].weight
    return model, lambda model: model(torch.randint(20, (3, 4)))


MODELS: dict[str, Callable[[], tuple[nn.Module, Callable[[Any], torch.Tensor]]]] = {
    "residual-train": lambda: residual(train=True),
    "residual-eval": lambda: residual(train=False),
    "transformer": transformer,
    "recurrent": recurrent,
    "tied": tied,
}


@pytest.mark.parametrize("name", MODELS)
def test_models_are_counted_as_pack_hooks_count_them(name: str) -> None:
    model, run = MODELS[name]()
    seen = packed(lambda: run(model))
    ledger = tensorlab.graph(run(model), model=model).saved()
    assert (ledger.naive, held(ledger)) == seen[::2]
    assert balances(ledger)
    assert ledger.unclear == 0


def test_running_statistics_are_buffers() -> None:
    model, run = residual(train=False)
    ledger = tensorlab.graph(run(model), model=model).saved()
    assert ledger.buffers == 2 * 4 * 4
    assert " buffers 32" in str(ledger)
    assert any("buffer norm.running_mean" in saved.holders for saved in ledger.slots)
    assert tensorlab.graph(run(model)).saved().buffers == 32


def test_tied_weights_are_one_parameter() -> None:
    model, run = tied()
    ledger = tensorlab.graph(run(model), model=model).saved()
    assert ledger.parameters == 20 * 8 * 4
    assert any("0.weight = 1.weight" in " ".join(saved.holders) for saved in ledger.slots)


@pytest.mark.parametrize("reentrant", [False, True])
def test_a_checkpoint_runs_once_whoever_looks(reentrant: bool) -> None:  # noqa: FBT001 - one of two cases
    ran: list[int] = []
    x = torch.randn(4, 4, requires_grad=True)

    def forward(t: torch.Tensor) -> torch.Tensor:
        ran.append(1)
        return t.sin() * t.cos()

    out = checkpoint(forward, x, use_reentrant=reentrant)
    ledger = tensorlab.graph(out).saved()
    str(tensorlab.show(ledger))
    assert len(ran) == 1
    if not reentrant:
        assert str(ledger).endswith("naive 0 params 0 activations 0 input 0 double-counted 0 packed 4 slots")
    out.sum().backward()
    assert len(ran) == 2


def test_what_hooks_hold_claims_to_share_nothing() -> None:
    x = torch.randn(4, requires_grad=True)
    with torch.autograd.graph.save_on_cpu():
        y = x.exp().sin()
    ledger = tensorlab.graph(y).saved()
    assert str(ledger).endswith("naive 0 params 0 activations 0 input 0 double-counted 0 packed 2 slots 32")
    assert [(saved.state, saved.owner, saved.holders) for saved in ledger.slots] == [("packed", None, ())] * 2


def test_no_hook_of_the_users_fires() -> None:
    fired: list[torch.Tensor] = []
    x = torch.randn(4, requires_grad=True)

    def unpack(tensor: torch.Tensor) -> torch.Tensor:
        fired.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, unpack):
        y = x.sin()
    str(tensorlab.graph(y).saved())
    assert fired == []


def test_nodes_that_hide_what_they_save_are_unknown_and_never_nothing() -> None:
    x = torch.randn(100, 100, requires_grad=True).clone()
    x[1:].mul_(torch.randn(99, 100, requires_grad=True))
    ledger = tensorlab.graph(x).saved()
    assert "unknown 1 node" in str(ledger)
    assert [saved.label.partition(" ")[2] for saved in ledger.slots if saved.state == "unknown"] == ["CopySlices"]
    (product,) = torch._foreach_mul([torch.randn(4, requires_grad=True)], [torch.randn(4)])
    assert str(tensorlab.graph(product).saved()).endswith("unknown 1 node")


def test_double_backward_complex_meta_and_sparse() -> None:
    x = torch.randn(5, requires_grad=True)
    (slope,) = torch.autograd.grad((x.sin() * x.exp()).sum(), x, create_graph=True)
    assert balances(tensorlab.graph(slope.sum()).saved())
    complex_ones = tensorlab.graph((x * (1 + 2j)).exp()).saved()
    assert str(complex_ones).endswith("activations 40 input 0 double-counted 0 numbers 16")
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(10, 10**6), nn.ReLU(), nn.Linear(10**6, 10))
        ledger = tensorlab.graph(model(torch.randn(2, 10)), model=model).saved()
    assert (ledger.parameters, ledger.activations, ledger.inputs) == (4 * 10**7, 8 * 10**6, 80)
    matrix, dense = torch.eye(6).to_sparse(), torch.randn(6, 2, requires_grad=True)
    ledger = tensorlab.graph(torch.sparse.mm(matrix, dense)).saved()
    assert ledger.naive == packed(lambda: torch.sparse.mm(matrix, dense)).naive == 6 * (2 * 8 + 4)


def test_a_custom_functions_tensors_are_slots_those_on_ctx_too() -> None:
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            ctx.save_for_backward(x, None)
            ctx.stash = x.detach()
            return x * 2

        @staticmethod
        def backward(ctx: Any, *slopes: torch.Tensor) -> torch.Tensor:  # noqa: ARG004 - torch's own signature
            return slopes[0] * 2

    x = torch.randn(10, requires_grad=True)
    ledger = tensorlab.graph(Twice.apply(x.clone())).saved()  # type: ignore[no-untyped-call]  # torch does not say its types
    assert [saved.slot for saved in ledger.slots] == ["saved_tensors[0]", "ctx.stash"]
    assert (ledger.naive, ledger.activations, ledger.aside, ledger.double_counted) == (40, 40, 40, 0)


def test_a_graph_whose_slots_were_not_looked_at_is_refused() -> None:
    graph = tensorlab.graph(torch.ones(3, requires_grad=True).exp())
    bare = type(graph)(names=graph.names, kinds=graph.kinds, edges=graph.edges, roots=graph.roots)
    with pytest.raises(UnsupportedError, match="this graph does not know what its nodes save"):
        bare.saved()


def test_many_slots_of_one_tensor_name_the_first_few_holders() -> None:
    x = torch.randn(4)
    ledger = tensorlab.graph([torch.randn(4, requires_grad=True) * x for _ in range(100)]).saved()
    assert (ledger.naive, ledger.inputs) == (1600, 16)
    assert ledger.slots[50].holders[-1] == "93 more"


STEPS: tuple[Callable[[torch.Tensor, torch.Tensor], torch.Tensor], ...] = (
    lambda a, b: a * b,
    lambda a, b: a.t() * b[:1],
    lambda a, b: a.sin() + b,
    lambda a, b: a.clone().mul_(b),
    lambda a, b: (a @ b).relu_(),
    lambda a, b: a[:, ::2].exp().sum(1, keepdim=True).expand(3, 3) * b,
    lambda a, b: a.reshape(9)[2:8].sigmoid().sum() * b,
    lambda a, b: torch.where(b > 0, a, b),
    lambda a, b: torch.cat([a[:2], b[2:]]),
)
PROGRAMS = st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 99), st.integers(0, 99)), max_size=12)


def run_program(program: list[tuple[int, int, int]]) -> list[torch.Tensor]:
    made = [torch.full((3, 3), 0.5, requires_grad=True), torch.full((3, 3), 0.25), torch.eye(3, requires_grad=True)]
    for step, one, other in program:
        made.append(STEPS[step](made[one % len(made)], made[other % len(made)]))
    return made


@given(PROGRAMS)
def test_any_program_is_counted_as_pack_hooks_count_it(program: list[tuple[int, int, int]]) -> None:
    masks = sum(step == 7 for step, _, _ in program)
    seen = packed(lambda: run_program(program), bytewise=not masks)
    ledger = tensorlab.graph(run_program(program)).saved()
    assert (ledger.naive, held(ledger)) == (seen.naive, seen.slots)
    assert balances(ledger)
    if not masks:
        assert ledger.naive - ledger.double_counted == seen.distinct


def test_python_numbers_are_told_apart_as_no_hook_is_given_one() -> None:
    weight, exact = torch.randn(3, requires_grad=True), torch.tensor(2.0, dtype=torch.float64)
    seen = packed(lambda: torch.sum(weight * 2 / 3))
    ledger = tensorlab.graph((weight * 2 / 3).sum()).saved()
    assert (seen.slots, seen.naive) == (0, 0) == (held(ledger), ledger.naive)
    assert (ledger.count, ledger.numbers, ledger.retained) == (0, 16, 0)
    assert str(ledger).endswith("double-counted 0 numbers 16")
    seen = packed(lambda: weight.double() * exact)
    assert (seen.slots, seen.naive) == (1, 8)
    assert tensorlab.graph(weight.double() * exact).saved().naive == 8, "a tensor of one number is one"


def test_tensors_on_ctx_are_told_apart_as_no_hook_is_given_one() -> None:
    x = torch.ones(3, requires_grad=True)

    def function() -> Any:
        return checkpoint(torch.sin, x, use_reentrant=True)

    seen, ledger = packed(function), tensorlab.graph(function()).saved()
    assert (ledger.count, ledger.naive, ledger.inputs) == (seen.slots, seen.naive, 12)
    assert ledger.retained == 12
    assert str(ledger).endswith(f"double-counted 0 ctx {torch.get_rng_state().numel():,}")
    assert {saved.slot: saved.state for saved in ledger.slots} == {
        "saved_tensors[0]": "held",
        "ctx.fwd_cpu_state": "ctx",
    }
