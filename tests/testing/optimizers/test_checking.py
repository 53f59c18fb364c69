from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import torch

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.testing import check_optimizer

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN = pytest.mark.skipif(
    not torch.__version__.startswith("2.13"), reason="whether fused steps are wrong is known of torch 2.13 alone"
)


@KNOWN
def test_fused_steps_of_torch_2_13_are_wrong() -> None:
    found = check_optimizer(torch.optim.SGD, fused=True, examples=4, steps=1)
    assert not found.passed
    assert found.target == "SGD(fused=True)"
    wrong = found.findings[0]
    assert (wrong.verdict, wrong.confirmed) == ("SILENT-WRONG", True)
    assert len(wrong.script.splitlines()) == 3
    assert "tensorlab" not in wrong.script
    assert re.match(r"the parameter: element \(0, 1\) is .*, not .* \(2 of 4 are wrong\) after 1 step", wrong.message)


@KNOWN
def test_a_contiguous_checkpoint_in_a_channels_last_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.testing.optimizers.script.fails_as_said", lambda *_: True)
    found = check_optimizer(torch.optim.AdamW, fused=True, shapes=[(1, 2, 2, 2)], examples=120)
    state = [one for one in found.findings if "state 'exp_avg'" in one.message]
    assert [one.verdict for one in state] == ["SILENT-WRONG"]
    assert state[0].confirmed
    assert "load_state_dict" in state[0].script
    assert state[0].case.arguments[0].layout.strides == state[0].case.arguments[1].layout.strides


def test_counts_and_classes() -> None:
    seen: list[int] = []
    found = check_optimizer(torch.optim.LBFGS, examples=60, steps=1, watch=seen.append)
    assert found.passed
    assert found.refused[0][0].startswith("RuntimeError: view size is not compatible")
    assert found.tested + sum(count for _, count in (*found.refused, *found.skipped)) == 60
    assert seen == list(range(1, 61))
    assert {"permuted", "gaps", "contiguous"} <= {name for name, _ in found.classes}
    assert found.seconds > 0


def test_other_dtypes() -> None:
    assert check_optimizer(torch.optim.AdamW, dtype="float64", examples=40).passed
    assert check_optimizer(torch.optim.AdamW, dtype="bfloat16", examples=40, lr=0.5).passed
    assert check_optimizer(torch.optim.Adam, dtype="complex64", examples=40).passed


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: check_optimizer(3), UnsupportedError, "got int"),  # type: ignore[arg-type]  # that is tested
        (lambda: check_optimizer(torch.optim.SGD, examples=0), LayoutError, "at least one example"),
        (lambda: check_optimizer(torch.optim.SGD, dtype="int64"), UnsupportedError, "real or complex numbers"),
        (
            lambda: check_optimizer(torch.optim.SGD, wings=2),
            UnsupportedError,
            r"SGD\(wings=2\) makes no step: TypeError",
        ),
    ],
)
def test_bad_arguments(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
