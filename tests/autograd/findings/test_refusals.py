"""torch's own words, raised by torch, come to a sentence of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.autograd.findings.refusals import refused, versions_of

if TYPE_CHECKING:
    from collections.abc import Callable


def leaf() -> torch.Tensor:
    return torch.ones(3, requires_grad=True)


def twice() -> None:
    loss = leaf().exp().sum()
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here


def written() -> None:
    y = leaf().exp()
    y.add_(1)
    y.sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here


def made_for_inference() -> torch.Tensor:
    with torch.inference_mode():
        return torch.ones(3)


def view_of_no_grad() -> None:
    y = leaf() * 1
    with torch.no_grad():
        view = y[0]
    view.add_(1)


@pytest.mark.parametrize(
    ("act", "trouble", "words"),
    [
        (written, "overwritten", "a saved tensor was written"),
        (twice, "freed", "the graph was freed"),
        (lambda: torch.ones(3).sum().backward(), "no graph", "nothing that requires grad"),  # type: ignore[no-untyped-call]  # torch has no types here
        ((leaf() * 1).backward, "not a scalar", "several values"),
        (lambda: leaf().add_(1), "leaf written", "a leaf that requires grad was written in place while"),
        (lambda: leaf()[0].add_(1), "leaf written", "through a view of it"),
        (lambda: (leaf() * 1).unbind()[0].add_(1), "gradient refused", "output 0 of Unbind"),
        (view_of_no_grad, "gradient refused", "made under no_grad"),
        (lambda: (leaf() * 1).backward(torch.ones(2)), "gradient refused", r"shape \[2\] for an output of shape \[3\]"),  # type: ignore[no-untyped-call]  # torch has no types here
        (
            lambda: setattr(leaf(), "grad", torch.ones(2)),
            "gradient refused",
            r"shape \[2\]; the tensor has shape \[3\]",
        ),
        (lambda: setattr(leaf(), "grad", torch.ones(3).double()), "gradient refused", "dtype double"),
        (lambda: torch.autograd.grad(leaf().sum(), leaf()), "no graph", "does not depend on"),
        (lambda: torch.autograd.grad(leaf().sum(), torch.ones(2)), "no graph", "does not require grad"),
        (lambda: made_for_inference() * leaf(), "gradient refused", "made under inference_mode was used"),
        (lambda: made_for_inference().add_(1), "gradient refused", "made under inference_mode was written"),
        (lambda: leaf().numpy(), "gradient refused", "asked for an array"),
        (lambda: torch.arange(3).requires_grad_(), "gradient refused", "an integer tensor"),
        (lambda: (leaf() * 1).requires_grad_(False), "gradient refused", "requires_grad was changed"),
        ((leaf() * 1)[0].detach_, "gradient refused", "called on a view"),
        (lambda: torch.add(leaf(), 1, out=torch.empty(3)), "gradient refused", "add was given out="),
    ],
)
def test_what_torch_refuses_is_said_in_a_sentence(act: Callable[[], object], trouble: str, words: str) -> None:
    with pytest.raises(RuntimeError, match=r"\w") as caught:
        act()
    finding = refused(str(caught.value), "t.py:1")
    assert finding is not None
    assert finding.trouble == trouble
    assert str(finding).startswith("t.py:1: ")
    assert re.search(words, str(finding))


def test_what_is_not_known_is_not_explained() -> None:
    assert refused("mat1 and mat2 shapes cannot be multiplied") is None
    assert versions_of("nothing about versions") is None
