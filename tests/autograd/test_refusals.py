"""Errors of autograd's, as torch raises them, and what is said of each."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import torch
from support.special_graphs import Once, applied, differentiated_function, leaf, refused_view
from torch.utils.checkpoint import checkpoint

from tensorlab.autograd.refusals import in_words

if TYPE_CHECKING:
    from collections.abc import Callable


def _twice() -> None:
    loss = (leaf() * leaf()).sum()
    loss.backward()
    loss.backward()


def _written() -> None:
    y = leaf().sigmoid()
    y.add_(1)
    y.sum().backward()


def _inference() -> torch.Tensor:
    with torch.inference_mode():
        return torch.ones(4, 4)


def _viewed_in_inference() -> None:
    y = torch.ones(4)
    with torch.inference_mode():
        view = y[:2]
    view.mul_(leaf(2))


def _unequal(number: int) -> Any:
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            del ctx
            return x * 2

        @staticmethod
        def backward(ctx: Any, *grads: torch.Tensor) -> Any:
            del ctx
            return grads * number if number > 1 else grads[0][:1]

    return applied(Wrong, leaf()).sum().backward()


def _hooked_relu() -> None:
    layer = torch.nn.ReLU(inplace=True)
    layer.register_full_backward_hook(lambda *_: None)
    layer(leaf() * 1)


def _changing(*, fewer: bool) -> None:
    runs: list[int] = []

    def forward(x: torch.Tensor) -> torch.Tensor:
        runs.append(1)
        if len(runs) == 1:
            return x.sin().exp()
        return x.sin() if fewer else torch.cat([x, x]).sin().exp()[:4]

    checkpoint(forward, leaf(), use_reentrant=False, determinism_check="none" if fewer else "default").sum().backward()


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "leaf": (lambda: leaf().add_(1), "a leaf that requires a gradient may not be written in place"),
    "view of a leaf": (lambda: leaf()[0].add_(1), "a view of a leaf"),
    "twice": (_twice, "freed what they saved"),
    "in place": (_written, "written before backward came for it"),
    "no graph": (lambda: leaf().detach().sum().backward(), "the loss has no graph"),
    "not a number": ((leaf() * 1).backward, "starts from one number"),
    "unbind": (lambda: (leaf() * 1).unbind(0)[0].add_(1), "unbind, split and chunk"),
    "module hook": (_hooked_relu, "full backward hook"),
    "view under no_grad": (lambda: refused_view().grad_fn, "made under no_grad"),
    "view in inference": (_viewed_in_inference, "made in inference mode"),
    "inference saved": (lambda: leaf() * _inference(), "takes part in a graph"),
    "inference written": (lambda: _inference().add_(1), "may not be written outside of it"),
    "inference required": (lambda: _inference().requires_grad_(), "can require no gradient"),
    "result": (lambda: (leaf() * 1).requires_grad_(False), "this tensor is a result"),
    "integers": (lambda: torch.ones(2, dtype=torch.int64).requires_grad_(), "only floating and complex"),
    "unused": (lambda: torch.autograd.grad(leaf().sum(), leaf()), "no path leads from the loss"),
    "not required": (lambda: torch.autograd.grad(leaf().sum(), torch.ones(2)), "does not require one"),
    "once": (lambda: differentiated_function(Once).backward(), "once_differentiable"),
    "shape": (lambda: _unequal(1), "another shape"),
    "number": (lambda: _unequal(2), "for each argument"),
    "expanded": (lambda: (leaf() * 1)[:1].expand(4, 4).add_(1), "repeats its memory"),
    "checkpoint, another shape": (lambda: _changing(fewer=False), "another shape or dtype"),
    "checkpoint, fewer": (lambda: _changing(fewer=True), "saved something else"),
    "copied": (lambda: copy.deepcopy(leaf() * 1), "only leaves can be copied"),
    "array": ((leaf() * 1).numpy, "leave the graph in silence"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_torch_refuses_is_told_in_words(name: str) -> None:
    run, words = REFUSED[name]
    with pytest.raises(RuntimeError, match=r"\w") as caught:
        run()
    assert words in (in_words(str(caught.value)) or f"nothing: {caught.value}")


def test_other_errors_are_left_alone() -> None:
    assert in_words("mat1 and mat2 shapes cannot be multiplied") is None
