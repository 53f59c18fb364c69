from __future__ import annotations

import gc
import weakref

import pytest
import torch

import tensorlab
from tensorlab.memory.living import collect
from tensorlab.memory.living.collect import device_totals, live_tensors


def shapes(device: str | None = None) -> list[object]:
    return [record.memory.shape for record in live_tensors(device)[1]]


def test_every_tensor_is_found_with_those_of_subclasses() -> None:
    class Loud(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *_: object, **__: object) -> object:
            raise SystemExit("code of the subclass ran")

    plain, loud, meta = torch.zeros(3, 41), torch.zeros(3, 42).as_subclass(Loud), torch.empty(3, 43, device="meta")
    found = shapes()
    assert {(3, 41), (3, 42), (3, 43)} <= set(found)
    assert (3, 43) in shapes("meta")
    assert (3, 41) not in shapes("meta")
    assert all(thing is not None for thing in (plain, loud, meta))


def test_what_claims_to_be_a_tensor_is_none() -> None:
    class Liar:
        @property  # type: ignore[misc]  # it bites
        def __class__(self) -> type:
            raise SystemExit("code of the object ran")

    liar = Liar()
    assert liar not in live_tensors()[0][:0]


def test_gradients_are_found_with_their_leaf() -> None:
    leaf = torch.ones(3, 44, requires_grad=True)
    leaf.sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    gc.collect()
    names = [record.name for record in live_tensors()[1] if record.memory.shape == (3, 44)]
    assert sorted(names) == [
        "leaf in test_gradients_are_found_with_their_leaf()",
        "leaf.grad in test_gradients_are_found_with_their_leaf()",
    ]


def test_nothing_is_kept_alive() -> None:
    thing = torch.zeros(3, 45)
    gone = weakref.ref(thing)
    records = live_tensors()[1]
    del thing
    assert gone() is None
    assert (3, 45) in [record.memory.shape for record in records]


def test_cuda_is_asked_only_where_it_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def bites(*_: object) -> int:
        raise AssertionError("CUDA was asked")

    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    monkeypatch.setattr(torch.cuda, "memory_reserved", bites)
    monkeypatch.setattr(torch.cuda, "device_count", bites)
    assert device_totals([]) == ()


def test_allocated_and_reserved_where_cuda_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 0 if device == 1 else 2**21)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _: 512)
    (total,) = device_totals([])
    assert str(total) == "cuda:0: 0 tensors keep 0 B; 512 B allocated, 2,097,152 B reserved"


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_device_in_use() -> None:
    kept = torch.zeros(1000, device="cuda")
    (total,) = [
        total for total in device_totals(live_tensors("cuda")[1]) if total.device == f"cuda:{kept.device.index}"
    ]
    assert total.nbytes == 4000
    assert total.allocated is not None
    assert total.allocated >= 4000


def test_ten_thousand_are_no_burden() -> None:
    kept = [torch.zeros(3) for _ in range(10_000)]
    found = live_tensors()[1]
    assert len(found) >= len(kept)
    assert "kept[*]" not in found[-1].name
    assert collect.live_tensors is live_tensors


@pytest.mark.parametrize("device", [torch.device("cpu"), torch.device("cpu:0"), "cpu:0"])
def test_a_device_in_other_words(device: torch.device | str) -> None:
    kept = torch.zeros(3, 46)
    assert kept.shape in [record.memory.shape for record in tensorlab.live(device=device).tensors]


def named(shape: tuple[int, ...]) -> list[str]:
    return [record.name for record in live_tensors()[1] if record.memory.shape == shape]


def test_parameters_of_deep_models_lead_to_a_variable() -> None:
    net = torch.nn.Sequential(torch.nn.Sequential(torch.nn.Sequential(torch.nn.Sequential(torch.nn.Linear(47, 3)))))
    assert net is not None
    (name,) = named((3, 47))
    assert name == "net.0.0.0.0.weight in test_parameters_of_deep_models_lead_to_a_variable()"


def test_attributes_are_told_before_the_groups_of_an_optimizer() -> None:
    class Trainer:
        def __init__(self) -> None:
            inner = torch.nn.Sequential(torch.nn.Linear(48, 3, bias=False))
            self.optimizer = torch.optim.Adam(inner.parameters())
            self.net = torch.nn.Sequential(inner)
            inner(torch.ones(48)).sum().backward()
            self.optimizer.step()

    trainer = Trainer()
    assert trainer.net is not None
    names = sorted(name.partition(" in ")[0] for name in named((3, 48)))
    assert "trainer.net.0.0.weight" in names
    assert "trainer.net.0.0.weight.grad" in names
    assert all(name.startswith("trainer.") for name in names)


def test_tied_weights_have_both_names() -> None:
    both = {"a": torch.nn.Linear(49, 3), "b": torch.nn.Linear(49, 3)}
    both["b"].weight = both["a"].weight
    groups = torch.optim.SGD(both["a"].parameters())
    assert groups is not None
    gc.collect()
    (found,) = [record.referrers for record in live_tensors()[1] if record.memory.shape == (3, 49)]
    assert [one.path for one in found][:2] == ["both['a'].weight", "both['b'].weight"]
    assert "groups.param_groups[0]['params'][0]" in {one.path for one in found}


def test_tensors_of_an_autograd_graph_are_marked() -> None:
    weight = torch.ones(3, 50, requires_grad=True)
    losses = [(weight * 2).relu() for _ in range(3)]
    graphs = [record.graph for record in live_tensors()[1] if record.memory.shape == (3, 50)]
    assert sorted(graphs) == [False, True, True, True]
    assert len(losses) == 3


def test_a_class_that_refuses_to_be_hashed_is_passed_over() -> None:
    class Meta(type):
        __hash__ = None  # type: ignore[assignment]  # as a class with __eq__ alone

    class Odd(metaclass=Meta):
        pass

    holder = Odd()
    holder.held = torch.zeros(7)  # type: ignore[attr-defined]  # an attribute as any
    assert "holder.held" in {name.path for tensor in live_tensors()[1] for name in tensor.referrers}
