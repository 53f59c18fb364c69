from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.dispatch import recorder as module
from tensorlab.dispatch.changes import Witness
from tensorlab.dispatch.recorder import NotRun, Recorder, Written
from tensorlab.dispatch.tensor_calls import contents, version


def told(recorder: Recorder) -> list[str]:
    return [step.verdict for step in recorder.explanation().steps]


def test_names_follow_arrays() -> None:
    recorder, x = Recorder(Witness(version, contents)), torch.arange(6)
    recorder.give(x, "x")
    made = recorder.call(Written("view", "x.view(2, 3)"), torch.Tensor.view, (x, 2, 3), {})
    assert (recorder.name_of(x), recorder.name_of(made), recorder.is_last(made)) == ("x", "#1", True)
    recorder.rename(made, "y")
    recorder.rename(object(), "z")
    (step,) = recorder.explanation().steps
    assert (step.text, step.gave[0][0], recorder.name_of(made)) == ("y = x.view(2, 3)", "y", "y")


def test_a_list_of_arrays_is_given_item_by_item() -> None:
    recorder = Recorder()
    recorder.give([torch.zeros(1), torch.zeros(2)], "xs")
    assert [name for name, _ in recorder.explanation().given] == ["xs[0]", "xs[1]"]


def test_what_has_no_array_is_not_kept() -> None:
    recorder = Recorder(Witness(version, contents))
    x = torch.zeros(2)
    assert recorder.call(Written("add", "1 + 2"), lambda a, b: a + b, (1, 2), {}) == 3
    assert recorder.call(Written("size", "x.size()"), torch.Tensor.size, (x,), {}) == (2,)
    assert told(recorder) == []


def test_writes_are_counted_by_torch_and_named_by_numpy() -> None:
    recorder, x, a = Recorder(Witness(version, contents)), torch.zeros(2), np.zeros(2)
    recorder.call(Written("add_", ""), torch.Tensor.add_, (x, 1), {})
    recorder.call(Written("add", ""), torch.add, (x, 1), {"out": x})
    recorder.call(Written("fill", "x.fill(3)"), np.ndarray.fill, (a, 3), {})
    recorder.call(Written("sort", "np.sort(a)"), np.sort, (a,), {})
    recorder.call(Written("sort", ".sort()"), np.ndarray.sort, (a,), {})
    with torch.inference_mode():
        recorder.call(Written("mul_", ""), torch.Tensor.mul_, (torch.zeros(1), 2), {})
    assert told(recorder) == ["WRITE", "WRITE", "WRITE", "NEW", "WRITE", "WRITE"]


def test_an_error_is_kept_and_passed_on() -> None:
    recorder, x = Recorder(Witness(version, contents)), torch.zeros(6)
    with pytest.raises(RuntimeError, match="invalid for input of size 6"):
        recorder.call(Written("view", ""), torch.Tensor.view, (x, 5), {})
    assert told(recorder) == ["REFUSED"]


def test_what_would_take_much_is_not_run() -> None:
    recorder, wide = Recorder(Witness(version, contents)), torch.zeros(1).expand(10**9, 2)
    with pytest.raises(NotRun, match=r"not run: it would take 8,000,000,000 B"):
        recorder.call(Written("clone", "x.clone()"), torch.Tensor.clone, (wide,), {})
    with pytest.raises(NotRun, match="not run"):
        recorder.call(Written("exp", "x.exp()"), torch.Tensor.exp, (wide,), {})
    meta = torch.zeros(1, device="meta").expand(10**9, 2)
    recorder.call(Written("clone", "x.clone()"), torch.Tensor.clone, (meta,), {})
    assert told(recorder)[1:] == ["NEW", "COPY"]


def test_a_result_of_no_call_is_observed() -> None:
    recorder, x = Recorder(Witness(version, contents)), torch.zeros(3)
    recorder.give(x, "x")
    recorder.observe(x[1:], "the result")
    recorder.observe(x, "the result")
    recorder.observe(x.clone(), "the result")
    step, other = recorder.explanation().steps
    assert (step.verdict, step.notes[-1]) == ("VIEW", "observed, not predicted")
    assert other.reason == "its elements are in memory of their own; the call that made it was not seen"


def test_so_many_calls_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CALLS", 2)
    recorder, x = Recorder(Witness(version, contents)), torch.zeros(3)
    for _ in range(4):
        recorder.call(Written("clone", ""), torch.Tensor.clone, (x,), {})
    assert len(told(recorder)) == 2
    assert recorder.explanation().doubts == ("calls after the first 2 are not told",)
