"""Live graphs read into columns: what is told, that nothing fires, and that nothing is kept."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Any

import pytest
import torch
from support.probe import run_python
from torch import nn
from torch.utils.checkpoint import checkpoint

import tensorlab
from tensorlab.autograd.capture import capture, captured
from tensorlab.autograd.record import Graph
from tensorlab.codec import decode, encode


def leaf(*shape: int) -> torch.Tensor:
    return torch.ones(shape or (3,), requires_grad=True)


def slots(graph: Graph) -> list[tuple[str, str, str]]:
    return [(graph.node(saved.node).name, saved.slot, saved.state) for saved in graph.slots or ()]


def network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(144, 5))


def test_a_network_in_columns() -> None:
    model = network()
    graph = tensorlab.graph(model(torch.ones(2, 3, 8, 8)).sum(), model=model)
    assert str(graph) == "nodes=13 edges=12"
    assert [graph.node(number).label for number in range(6)] == [name for name, _ in model.named_parameters()]
    assert graph.node(6).name == "ConvolutionBackward0"
    assert graph.node(6).outputs == (((2, 4, 6, 6), "float32"),)
    assert graph.roots == ((12, 0),)
    assert [known.owner for known in graph.tensors] == ["parameter"] * 6 + ["buffer"] * 3
    assert [graph.node(number).sequence for number in range(6)] == [None] * 6
    counts = [graph.node(number).sequence for number in (6, 7, 8, 9, 12)]
    assert None not in counts
    assert counts == sorted(count for count in counts if count is not None)


def test_numbers_are_those_of_the_oracle() -> None:
    x = leaf()
    graph = capture((x * 2).sin() + x)
    assert all(source > target for source, _, target, _ in graph.each_edge())
    assert [graph.node(number).name for number in range(len(graph))] == [
        "AccumulateGrad",
        "MulBackward0",
        "SinBackward0",
        "AddBackward0",
    ]
    assert list(graph.each_edge()) == [(1, 0, 0, 0), (2, 0, 1, 0), (3, 0, 2, 0), (3, 1, 0, 0)]


def test_sixty_doublings_are_62_nodes() -> None:
    value = leaf(2)
    for _ in range(60):
        value = value + value
    assert str(capture(value.sum())) == "nodes=62 edges=121"


def test_parallel_edges_are_kept_and_outputs_numbered() -> None:
    x = leaf(4)
    one, two, unused = torch.split(x, [1, 1, 2])
    graph = capture({"a": two, "b": one * one})
    split = next(number for number in range(len(graph)) if graph.node(number).name.startswith("Split"))
    assert graph.roots == ((split, 1), (len(graph) - 1, 0))
    assert [edge[1:] for edge in graph.each_edge() if edge[0] == len(graph) - 1] == [(0, split, 0), (1, split, 0)]
    assert [shape for shape, _ in graph.node(split).outputs] == [(1,), (1,), (2,)]
    assert unused.requires_grad


SAME = """
import json, torch, tensorlab
from tensorlab.codec import encode
torch.manual_seed(3)
model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
x = torch.randn(3, 4)
y = model(x)
print(json.dumps(encode(tensorlab.graph([y.sum(), (y * x[:, :2]).mean()], model=model))))
"""


def test_two_processes_tell_the_same_and_it_comes_back() -> None:
    one, two = run_python(SAME), run_python(SAME)
    assert one.stdout == two.stdout != ""
    graph = decode(Graph, json.loads(one.stdout))
    assert encode(graph) == json.loads(one.stdout)
    assert [saved.slot for saved in graph.slots or ()]


def test_a_slot_tells_layout_storage_and_source() -> None:
    x = leaf(3, 4)
    graph = capture((x.t() * 2).exp().sigmoid())
    found = {(graph.node(saved.node).name, saved.slot): saved for saved in graph.slots or ()}
    result = found["SigmoidBackward0", "result"]
    assert result.memory is not None
    assert result.memory.layout is not None
    assert result.memory.layout.shape == (4, 3)
    assert result.memory.storage is not None
    assert (result.memory.storage.nbytes, result.nbytes) == (48, 48)
    assert ("MulBackward0", "self") not in found  # never saved: nobody asks for the gradient of 2


def test_slots_of_a_shared_storage_have_one_number_and_their_sources() -> None:
    x = leaf()
    y = x * 1.5
    graph = capture(y.sin() * y.cos())
    ins = [saved for saved in graph.slots or () if saved.slot == "self" and saved.source is not None]
    makers = {graph.node(saved.source).name for saved in ins if saved.source is not None}
    assert makers == {"MulBackward0", "SinBackward0"}
    assert len({saved.storage for saved in ins if saved.source == 1}) == 1
    square = capture(x * x)
    assert [(saved.source, saved.storage) for saved in square.slots or ()] == [(0, 0), (0, 0)]
    assert square.tensors[0].storage == 0


def test_before_and_after_a_backward() -> None:
    x = leaf()
    normal = nn.functional.layer_norm(x, (3,))
    loss = (normal * 2).sigmoid().sum()
    before = slots(capture(loss))
    assert {state for _, slot, state in before if slot != "other"} == {"held"}
    assert ("MulBackward0", "other", "number") in before
    assert ("NativeLayerNormBackward0", "weight", "held") not in before
    loss.backward()  # type: ignore[no-untyped-call]  # torch's own
    after = slots(capture(loss))
    assert [(name, slot) for name, slot, _ in after] == [(name, slot) for name, slot, _ in before]
    assert {state for *_, state in after} == {"freed"}


def test_lists_of_saved_tensors() -> None:
    x = leaf(3, 4)
    graph = capture(x[:, torch.tensor([0, 2])])
    assert slots(graph) == [("IndexBackward0", "indices[1]", "held")]
    loss = x[torch.tensor([0]), torch.tensor([1])]
    loss.sum().backward()  # type: ignore[no-untyped-call]  # torch's own
    assert slots(capture(loss)) == [("IndexBackward0", "indices", "freed")]


def test_hooks_do_not_fire_and_what_they_packed_says_so() -> None:
    calls: list[str] = []

    def unpack(held: Any) -> Any:
        calls.append("unpack")
        return held[0]

    with torch.autograd.graph.saved_tensors_hooks(lambda held: (held,), unpack):
        y = leaf().exp()
    graph = capture(y)
    assert slots(graph) == [("ExpBackward0", "result", "packed")]
    assert calls == []
    y.sum().backward()  # type: ignore[no-untyped-call]  # torch's own
    assert calls == ["unpack"]
    assert slots(capture(y)) == [("ExpBackward0", "result", "freed")]


@pytest.mark.parametrize("reentrant", [False, True])
def test_no_checkpoint_runs_again(*, reentrant: bool) -> None:
    calls: list[int] = []

    def part(value: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return value.sin().exp()

    y = checkpoint(part, leaf(), use_reentrant=reentrant)
    assert capture(y).slots is not None
    assert len(calls) == 1


class Scale(torch.autograd.Function):
    """Saves what it is given, nothing, and what it makes."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor) -> torch.Tensor:
        ctx.kept = value.detach() * 3
        made = value * 2
        ctx.save_for_backward(value, None, made)
        return made

    @staticmethod
    def backward(_ctx: Any, grad: torch.Tensor) -> torch.Tensor:
        return grad * 2


def test_a_custom_function_is_read_also_once_it_is_freed() -> None:
    x = leaf()
    made: Any = Scale.apply(x)  # type: ignore[no-untyped-call]  # torch's own
    graph = capture(made)
    assert [(slot, state) for _, slot, state in slots(graph)] == [
        ("saved_tensors[0]", "held"),
        ("saved_tensors[2]", "held"),
        ("ctx.kept", "ctx"),
    ]
    assert graph.node(1).role == "custom"
    made.sum().backward()
    assert [(slot, state) for _, slot, state in slots(capture(made))] == [
        ("saved_tensors", "freed"),
        ("ctx.kept", "ctx"),
    ]


def test_what_hides_its_tensors_is_unknown() -> None:
    base = leaf(3) * 1.0
    base[0] = leaf(1)[0] * 2
    assert ("CopySlices", "", "unknown") in slots(capture(base))
    many = torch._foreach_mul([leaf(), leaf()], 2.0)
    assert [state for *_, state in slots(capture(list(many)))] == ["unknown"]


def test_a_write_after_saving_raises_nothing() -> None:
    y = leaf() * 1.0
    z = y.sigmoid()
    z.mul_(2)
    assert ("SigmoidBackward0", "result", "held") in slots(capture(z))


@pytest.mark.parametrize(
    "odd",
    [
        lambda x: torch.sparse.mm(torch.eye(3).to_sparse(), x),
        lambda x: (x * 1j).conj() * torch.ones(3, dtype=torch.complex64),
        lambda x: (x * (1 + 1j)).conj().imag * 2 * x,
        lambda x: x.to(torch.bfloat16).exp(),
        lambda x: torch.nested.as_nested_tensor([x, x], layout=torch.jagged).sin(),
        lambda x: (x.expand(2, 3, 3) * 2).exp(),
        lambda x: x.new_empty((0, 3), requires_grad=True).exp(),
    ],
)
def test_odd_tensors_raise_nothing(odd: Any) -> None:
    graph = capture(odd(leaf(3, 3)))
    assert len(graph) > 1
    assert all(saved.state in {"held", "number"} for saved in graph.slots or ())
    encode(graph)


def test_complex_conjugates_are_told_apart() -> None:
    x = torch.ones(3, dtype=torch.complex64, requires_grad=True)
    graph = capture(x.conj() * x)
    traits = {frozenset({"conj"}) & saved.memory.traits for saved in graph.slots or () if saved.memory is not None}
    assert len(traits) == 2


def test_several_losses_share_nodes() -> None:
    x = leaf()
    shared = x.exp()
    graph = capture([shared.sum(), shared.mean(), torch.ones(2)])
    assert (len(graph), len(graph.roots)) == (4, 2)
    assert "output 2 has no graph" in graph.remarks[-1]


def test_what_has_no_graph_says_so() -> None:
    assert str(capture(torch.ones(3))) == "nodes=0 edges=0"
    assert "loss has no graph" in capture(torch.ones(3)).remarks[0]
    own = capture(leaf())
    assert (str(own), own.roots) == ("nodes=1 edges=0", ((0, 0),))
    assert "loss is a leaf" in own.remarks[0]


def test_slots_may_be_left_out() -> None:
    assert tensorlab.graph(leaf().exp(), saved=False).slots is None


def test_versions_are_those_of_now() -> None:
    y = leaf() * 1.0
    z = y.sin()
    y.add_(1)
    graph = capture(z)
    assert graph.slots is not None
    assert graph.slots.versions[-1] == 1  # type: ignore[union-attr]  # a capture has columns


def test_nothing_is_kept_alive() -> None:
    x, hidden = leaf(1000), []
    y = x * 2
    hidden.append(weakref.ref(y))
    loss = y.exp().sum()
    hidden += [weakref.ref(loss), weakref.ref(loss.grad_fn.next_functions[0][0]._raw_saved_result.data)]  # type: ignore[union-attr]  # it has one
    gc.collect()
    gc.disable()
    try:
        graph, nodes = captured(loss, saved=True)
        del nodes
        del y, loss
        assert [ref() for ref in hidden[:2]] == [None, None]
    finally:
        gc.enable()
    assert len(graph) == 4
    assert gc.collect() == 0


def test_the_tensors_are_as_they_were() -> None:
    x = leaf()
    y = x.exp()
    before = (y._version, x._version, torch.get_rng_state().tolist(), torch._C._autograd._get_sequence_nr())
    capture(y)
    assert before == (y._version, x._version, torch.get_rng_state().tolist(), torch._C._autograd._get_sequence_nr())
    y.sum().backward()  # type: ignore[no-untyped-call]  # torch's own
    assert x.grad is not None


def test_modes_of_the_user_see_nothing() -> None:
    seen: list[str] = []

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(str(func))
            return func(*args, **(kwargs or {}))

    y, own = leaf().exp(), leaf()
    with Watch():
        capture([y, own])
    assert seen == []


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_left_as_it_was(*, on: bool) -> None:
    (gc.enable if on else gc.disable)()
    try:
        capture(leaf().exp())
        with pytest.raises(tensorlab.TensorlabError, match="a graph is that of a loss"):
            capture(None)
        assert gc.isenabled() is on
    finally:
        gc.enable()
