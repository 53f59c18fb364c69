"""What a pass tells, against what torch computes when gradients are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch.utils.checkpoint import checkpoint

import tensorlab
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from tensorlab.autograd.flow.record import GradientFlow


def network(*, inplace: bool = True) -> torch.nn.Sequential:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(inplace=inplace), torch.nn.Linear(6, 2))


def told(flow: GradientFlow) -> dict[str, float | None]:
    return {stat.name: stat.norm for stat in flow.params}


def expected(leaves: dict[str, torch.Tensor], loss: torch.Tensor) -> dict[str, Any]:
    gradients = torch.autograd.grad(loss, [*leaves.values()], retain_graph=True, allow_unused=True)
    return {
        name: None if g is None else pytest.approx(float(g.to_dense().norm()), rel=1e-5)  # type: ignore[redundant-expr]  # as torch takes it
        for name, g in zip(leaves, gradients, strict=True)
    }


def test_norms_are_torchs_and_grad_stays_as_it_is() -> None:
    model = network()
    loss = model(torch.randn(3, 4)).pow(2).sum()
    wanted = expected(dict(model.named_parameters()), loss)
    model[0].weight.grad = kept = torch.ones(6, 4)
    flow = tensorlab.gradients(loss, model=model)
    assert told(flow) == wanted
    assert model[0].weight.grad is kept
    assert bool((kept == 1).all())
    assert [p.grad for p in model.parameters()][1:] == [None] * 3


def test_added_to_grad_when_asked() -> None:
    model = network()
    x = torch.randn(3, 4)
    model(x).sum().backward()
    once = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    flow = tensorlab.gradients(model(x).sum(), model=model, accumulate=True)
    assert flow.accumulated
    assert all(torch.equal(p.grad, 2 * g) for p, g in zip(model.parameters(), once, strict=True) if p.grad is not None)


@pytest.mark.parametrize("retain", [False, True])
def test_the_graph_is_freed_unless_it_is_retained(retain: bool) -> None:  # noqa: FBT001 - drawn
    x = torch.ones(3, requires_grad=True)
    loss = x.exp().sum()
    tensorlab.gradients(loss, retain_graph=retain)
    if retain:
        assert tensorlab.gradients(loss).params[0].norm == pytest.approx(4.708, rel=1e-3)
    else:
        with pytest.raises(tensorlab.TensorlabError, match=r"backward cannot run: .*second time"):
            tensorlab.gradients(loss)


def test_hooks_are_gone_and_those_of_users_ran_or_were_spared() -> None:
    x = torch.ones(3, requires_grad=True)
    ran: list[str] = []

    def doubled(gradient: torch.Tensor) -> torch.Tensor:
        ran.append("tensor")
        return gradient * 2

    x.register_hook(doubled)  # type: ignore[no-untyped-call]  # torch has no types here
    x.register_post_accumulate_grad_hook(lambda _: ran.append("after"))  # type: ignore[no-untyped-call]  # torch has no types here
    y = (x * 3).sum()
    flow = tensorlab.gradients(y, retain_graph=True)
    assert (ran, flow.params[0].largest) == (["tensor"], 6.0)
    y.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert ran == ["tensor", "tensor", "after"]
    assert torch.equal(x.grad if x.grad is not None else y, torch.full((3,), 6.0))


def test_hooks_are_gone_after_a_failure() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x.exp()
    loss = y.sum() + x.sum()
    y.detach().mul_(2)
    y.data = y.data
    with torch.no_grad():
        y.mul_(2)
    with pytest.raises(tensorlab.TensorlabError, match="modified by an inplace operation"):
        tensorlab.gradients(loss)
    (x * 2).sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert torch.equal(x.grad if x.grad is not None else y, torch.full((3,), 2.0))


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoints(reentrant: bool) -> None:  # noqa: FBT001 - drawn
    layer, x = torch.nn.Linear(4, 4), torch.randn(3, 4, requires_grad=True)
    leaves = {**dict(layer.named_parameters()), "x": x}
    wanted = expected(leaves, (layer(layer(x).relu()) * x).sum())
    layer.bias.grad = kept = torch.zeros(4)
    twice = checkpoint(layer, layer(x).relu(), use_reentrant=reentrant)
    flow = tensorlab.gradients((twice * x).sum(), {"x": x}, layer, wrt=[x, "weight"])
    assert told(flow) == wanted
    assert layer.bias.grad is kept
    assert (layer.weight.grad, x.grad) == (None, None)
    assert float(flow["weight"].value.norm()) == wanted["weight"]  # type: ignore[attr-defined]  # a tensor
    assert any("reentrant" in note for note in flow.notes) == reentrant


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.complex64])
def test_dtypes(dtype: torch.dtype) -> None:
    x = torch.ones(3, dtype=dtype, requires_grad=True)
    flow = tensorlab.gradients((x * 2).sum())
    assert (flow.params[0].dtype, flow.params[0].largest) == (str(dtype).removeprefix("torch."), 2.0)


def test_sparse_gradients_shared_and_unused_parameters() -> None:
    class Tied(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(10, 2, sparse=True)
            self.one = torch.nn.Linear(2, 2)
            self.other = self.one
            self.spare = torch.nn.Parameter(torch.ones(1))

    model = Tied()
    loss = model.other(model.one(model.table(torch.tensor([1, 1, 3])))).sum()
    wanted = expected(dict(model.named_parameters()), loss)
    flow = tensorlab.gradients(loss, model=model)
    names = {"one.weight": "one.weight = other.weight", "one.bias": "one.bias = other.bias"}
    assert told(flow) == {names.get(name, name): norm for name, norm in wanted.items()}
    assert flow["table.weight"].zeros == pytest.approx(0.8)
    assert flow["spare"].marks == ("no gradient",)


def test_several_losses_and_what_is_no_scalar() -> None:
    x = torch.ones(3, requires_grad=True)
    flow = tensorlab.gradients({"a": x.sum(), "b": x * 2, "c": torch.ones(1)}, [x])
    assert flow.params[0].largest == 3.0
    assert flow.notes == (
        "c does not require grad: it is left out",
        "b is float32 (3,), no scalar: these are gradients of the sum of its elements",
    )
    weighted = tensorlab.gradients(x * 2, grad=torch.tensor([1.0, 0.0, 0.0]))
    assert weighted.params[0].zeros == pytest.approx(2 / 3)


def test_gradients_of_intermediates_are_kept_when_asked_for() -> None:
    x = torch.randn(6, requires_grad=True)
    left, right = (x * 2).chunk(2)
    loss = (left * right.exp()).sum()
    wanted = torch.autograd.grad(loss, [x, left, right], retain_graph=True)
    flow = tensorlab.gradients(loss, wrt=[x, left, right])
    assert [stat.name for stat in flow.wrt] == ["wrt[0]", "wrt[1]", "wrt[2]"]
    assert all(torch.equal(stat.value, one) for stat, one in zip(flow.wrt, wanted, strict=True))  # type: ignore[arg-type]  # tensors
    away = tensorlab.gradients((x * 1).sum(), wrt={"left": left})
    assert (away.wrt[0].name, away.wrt[0].marks) == ("left", ("no gradient",))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"loss": torch.ones(2)}, "has no graph"),
        ({"grad": torch.ones(5)}, "grad has the shape"),
        ({"grad": "ones"}, "grad is a tensor for each"),
        ({"wrt": "nobody"}, "no parameter is called"),
        ({"wrt": torch.ones(2)}, "does not require grad"),
        ({"wrt": 3}, "wrt are tensors"),
    ],
)
def test_what_cannot_be_asked(wrong: dict[str, Any], said: str) -> None:
    loss = wrong.pop("loss", torch.ones(2, requires_grad=True).sum())
    with pytest.raises(tensorlab.TensorlabError, match=said):
        tensorlab.gradients(loss, **wrong)


def test_a_deep_graph_is_seen_and_freed() -> None:
    x = torch.ones(2, requires_grad=True)
    for _ in range(15_000):
        x = x * 1.0
    flow = tensorlab.gradients(x.sum())
    assert (len(flow.nodes), flow.params[0].depth) == (15_001, 15_001)
    del x


def test_nothing_grows_with_the_gradients() -> None:
    """Bytes that live at once, as the allocator counts them: no more than with hooks that do nothing."""
    layers = [torch.nn.Linear(512, 512) for _ in range(12)]
    model = torch.nn.Sequential(*layers)
    x = torch.randn(512, 512)

    def peak(backward: Any) -> int:
        with torch.profiler.profile(profile_memory=True, activities=[torch.profiler.ProfilerActivity.CPU]) as seen:
            backward(model(x).sum())
        live = most = 0
        events = seen.profiler.kineto_results.events()
        for event in sorted((one for one in events if one.name() == "[memory]"), key=lambda one: one.start_ns()):
            live += event.nbytes()
            most = max(most, live)
        for p in model.parameters():
            p.grad = None
        return most

    def plain(loss: torch.Tensor) -> None:
        seen: list[Any] = []
        handles = [layer.weight.register_hook(lambda _: None) for layer in layers]  # type: ignore[no-untyped-call]  # torch has no types here
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
        for handle in handles:
            handle.remove()
        assert not seen

    assert peak(plain) > 10_000_000
    assert peak(tensorlab.gradients) < 1.1 * peak(plain)
    assert peak(lambda loss: tensorlab.gradients(loss, accumulate=True)) < 1.1 * peak(plain)


def test_what_torch_says_is_not_cut_within_a_word() -> None:
    loss = torch.ones(2, requires_grad=True).exp().sum()
    torch.autograd.backward(loss)
    with pytest.raises(TensorlabError, match=r"through the graph a second time .* already been freed\)\n"):
        tensorlab.gradients(loss)
