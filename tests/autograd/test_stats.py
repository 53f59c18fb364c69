from __future__ import annotations

import pytest
import torch

from tensorlab.autograd.stats import Watch, is_leaf, run, run_holding


def test_a_watch_sees_each_gradient_and_keeps_what_is_wanted() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    watch = Watch({(0, 0): None})
    run({0: y.grad_fn}, watch, ([y.sum()], [None]), retain_graph=False)
    assert (watch.found[0].norm, watch.found[0].nonzero) == (pytest.approx(3**0.5), 3)  # type: ignore[comparison-overlap]  # as torch takes it
    assert torch.equal(watch.wanted[0, 0], torch.ones(3))  # type: ignore[arg-type]  # it came


def test_what_was_in_grad_is_back_after_a_failure() -> None:
    x = torch.ones(3, requires_grad=True)
    x.grad = kept = torch.zeros(3)

    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_holding([x], fails, accumulate=True)
    assert x.grad is kept


@pytest.mark.parametrize("before", [None, 1.0])
def test_what_was_added_is_added_when_asked(before: float | None) -> None:
    x = torch.ones(3, requires_grad=True)
    x.grad = None if before is None else torch.full((3,), before)
    run_holding([x], lambda: (x * 2).sum().backward(), accumulate=True)  # type: ignore[no-untyped-call]  # torch has no types here
    assert torch.equal(x.grad, torch.full((3,), 2.0 + (before or 0.0)))  # type: ignore[arg-type]  # it is there


def test_leaves_are_told_by_their_nodes() -> None:
    made = torch.ones(3, requires_grad=True).exp()
    assert not is_leaf(made.grad_fn)
