from __future__ import annotations

from tensorlab.autograd.births.record import NanBirth, NanFinding


def test_sentences() -> None:
    made = NanBirth(op="log", line="f.py:3", nans=2, numel=4)
    assert str(made) == "NaN first made by log f.py:3: 2 of 4 elements, from finite inputs"
    came = NanBirth(op="a leaf float32 (2,)", source="came in", line="f.py:3", infinities=1, numel=2)
    assert str(came) == (
        "Inf was in a leaf float32 (2,) before it was used at f.py:3: 1 of 2 elements, "
        "no operation that was recorded made it"
    )
    garbage = NanBirth(op="empty", source="uninitialised", nans=1)
    assert str(garbage) == "NaN was in the memory that empty left unwritten,: whatever was there before".replace(
        ",:", ":"
    )
    hidden = NanBirth(op="sqrt", nans=-1, masked=True)
    assert str(hidden) == "NaN made by sqrt: from finite inputs, masked: it did not reach the loss"


def test_a_finding_is_false_where_all_is_finite() -> None:
    assert not NanFinding()
    assert NanFinding(first=NanBirth(op="log", nans=1))
    assert NanFinding(masked=(NanBirth(op="log", nans=1, masked=True),))
