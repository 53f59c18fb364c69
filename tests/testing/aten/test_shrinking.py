import torch

from tensorlab.testing.aten.calling import Prepared
from tensorlab.testing.aten.judging import Expected, observe
from tensorlab.testing.aten.record import Plan
from tensorlab.testing.aten.shrinking import counted, shrunk


def first(call: Prepared, plan: Plan) -> tuple[Prepared, Plan]:
    (seen,) = observe(call, Expected(call), plan)
    small, simple, again = shrunk(call, plan, seen)
    assert again.verdict == seen.verdict
    return small, simple


def test_one_argument_a_simple_layout_and_few_elements_are_left() -> None:
    def wrong(x: torch.Tensor, y: torch.Tensor, *, scale: int = 1) -> torch.Tensor:
        return (x if y.stride(-1) == 1 else x + 1) * scale

    call = Prepared(None, "call", wrong, [[torch.randn(4, 5), torch.randn(4, 5)], {"scale": 1}])
    small, plan = first(call, Plan((0, 1), ("gaps", "gaps")))
    assert plan.positions == (1,)
    assert small.arguments[1] == {}
    assert small.values[1].numel() <= 4


def test_integers_that_tell_a_size_shrink_with_it() -> None:
    def grouped(x: torch.Tensor, channels: int) -> torch.Tensor:
        if x.numel() != channels:
            raise ValueError("sizes")
        return x.as_strided((channels,), (1,), x.storage_offset())

    call = Prepared(None, "call", grouped, [[torch.randn(6), 6], {}])
    small, plan = first(call, Plan((0,), ("wide gaps",)))
    assert small.arguments[0][1] == 2
    assert small.values[0].tolist() == [1.0, 2.0]
    assert plan.layouts == ("gaps",)


def test_out_follows_from_the_other_arguments() -> None:
    def copying(x: torch.Tensor, *, out: torch.Tensor | None = None) -> torch.Tensor:
        if out is None:
            return x.clone()
        out.as_strided(out.shape, (1,), out.storage_offset()).copy_(x)
        return out

    call = Prepared(None, "out", copying, [[torch.randn(9)], {"out": torch.zeros(9)}])
    plan = Plan((1,), ("gaps",))
    seen = observe(call, Expected(call), plan)
    small, _, _ = shrunk(call, plan, seen[0])
    assert [tuple(value.shape) for value in small.values] == [(2,), (2,)]
    assert small.values[0].tolist() == [1.0, 2.0]


def test_only_floats_are_counted() -> None:
    assert counted(torch.ones(2, dtype=torch.int64)) is None
