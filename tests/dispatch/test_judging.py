from __future__ import annotations

from typing import Any

import torch

from tensorlab.dispatch.changes import Change
from tensorlab.dispatch.judging import Asked, Given, copied_because, foreseen, judged, refused
from tensorlab.dispatch.operands import Operand, map_of
from tensorlab.dispatch.prediction import predicted


def memory(thing: object) -> Any:
    return map_of(thing)


def asked(name: str, x: torch.Tensor, *args: object) -> Asked:
    operand = Operand("x", x, memory(x))
    return Asked(name, f"x.{name}()", (x, *args), {}, (operand,), predicted(name, args, {}, operand.memory))


X = torch.arange(6.0).view(2, 3)


def test_each_verdict() -> None:
    view = judged(asked("t", X), [Given("#1", X.t(), memory(X.t()))], [])
    assert str(view) == "VIEW: shape (3, 2), strides (1, 3) and offset 0 in elements"
    assert view.agrees is True
    same = judged(asked("contiguous", X), [Given("x", X, memory(X))], [])
    assert (same.verdict, same.nbytes) == ("SAME", 0)
    clone = X.clone()
    copy = judged(asked("clone", X), [Given("#1", clone, memory(clone))], [])
    assert (copy.verdict, copy.nbytes, copy.reason) == ("COPY", 24, "clone always makes a new block of memory")
    new = judged(asked("exp", X), [Given("#1", clone, memory(clone))], [])
    assert (new.verdict, new.reason) == ("NEW", "other elements than before, in 24 B of memory of their own")
    one = asked("add_", X, 1)
    write = judged(one, [Given("x", X, memory(X))], [Change(one.operands[0], one.operands[0].memory)])
    assert str(write) == "WRITE: writes in place all 6 elements, 24 B, of x; no new memory"


def test_a_prediction_that_fails_is_told() -> None:
    clone = X.t().clone()
    told = judged(asked("t", X), [Given("#1", clone, memory(clone))], [])
    assert told.agrees is False
    assert told.notes[-1].startswith("predicted VIEW: shape (3, 2)")
    assert told.notes[-1].endswith("; that is not what happened")


def test_what_was_not_predicted_is_told() -> None:
    told = judged(asked("no_such_view", X), [Given("#1", X[1:], memory(X[1:]))], [])
    assert (told.verdict, told.agrees, told.notes[-1]) == ("VIEW", None, "observed, not predicted")


def test_an_error_is_its_first_line() -> None:
    assert str(refused(asked("view", X, 5), "RuntimeError", "no\nmore")) == "REFUSED: RuntimeError: no"
    assert str(refused(asked("view", X, 5), "RuntimeError", "")) == "REFUSED: RuntimeError: no message"


def test_what_is_not_run_is_told_from_the_prediction() -> None:
    told = foreseen(asked("reshape", X.t(), 6), "not run")
    assert (told.verdict, told.nbytes, told.agrees) == ("COPY", 24, None)
    assert told.reason == "axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements"
    assert foreseen(asked("exp", X), "not run").nbytes is None


def test_why_a_copy_is_made() -> None:
    assert copied_because(asked("exp", X), [memory(X)]) is None
    assert "gathered" in (copied_because(asked("getitem", X, [0, 1]), [memory(X)]) or "")
