from __future__ import annotations

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.calls import Call, Step
from tensorlab.views.record import CopyNeeded, Refused, View

VIEW = View(Layout((6,), (4,), itemsize=4), dtype("float32"))
COPY = CopyNeeded("axes", VIEW, axes=(0, 1), stride=4, needed=12, count=3)


def test_a_call_is_written_as_source() -> None:
    assert str(Call("getitem", ((slice(None, None, -1), 2, ..., None),))) == "[::-1, 2, ..., None]"
    assert str(Call("getitem", (slice(1, 5),))) == "[1:5]"
    assert str(Call("getitem", ((),))) == "[()]"
    assert str(Call("permute", ((1, 0),))) == "permute((1, 0))"
    assert str(Call("view", (dtype("int8"),))) == "view(int8)"


def test_a_step_goes_on_with_its_first_outcome() -> None:
    assert Step("x", (), VIEW, (VIEW, COPY)).result == VIEW
    assert Step("x", (), VIEW, (COPY,)).result == COPY.result
    assert Step("x", (), VIEW, (Refused("IndexError", "axis 5"),)).result is None
    assert Step("x", (), VIEW, ()).result is None
    assert str(Step("t()", (), VIEW, (VIEW, COPY))) == f"t() -> {VIEW}; {COPY}"
