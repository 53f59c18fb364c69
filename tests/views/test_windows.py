from __future__ import annotations

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.record import AsStrided, Diagonal, Refused, Unfold, View
from tensorlab.views.windows import as_strided, diagonal, unfold

VIEW = View(Layout((3, 4), (16, 4), itemsize=4), dtype("float32"))


def test_a_diagonal_adds_two_strides() -> None:
    assert str(diagonal(VIEW, Diagonal(0, 1, -1), "torch")) == "VIEW: shape (2,), strides (5,) and offset 4 in elements"
    same = diagonal(VIEW, Diagonal(1, -1), "numpy")
    assert same == Refused("ValueError", "a diagonal needs two axes; got axis 1 twice")
    alone = View(Layout((3,), (4,), itemsize=4), dtype("float32"))
    assert isinstance(diagonal(alone, Diagonal(0, 1), "numpy"), Refused)


def test_an_empty_diagonal_stays_where_the_library_leaves_it() -> None:
    for shift, torch_offset, numpy_offset in ((4, 0, 4), (5, 0, 0), (-3, 0, 12)):
        offsets = [str(diagonal(VIEW, Diagonal(0, 1, shift), rules)) for rules in ("torch", "numpy")]
        assert offsets == [
            f"VIEW: shape (0,), strides (5,) and offset {offset} in elements" for offset in (torch_offset, numpy_offset)
        ]


def test_windows_overlap() -> None:
    assert (
        str(unfold(VIEW, Unfold(1, 3), "torch")) == "VIEW: shape (3, 2, 3), strides (4, 1, 1) and offset 0 in elements"
    )
    assert unfold(VIEW, Unfold(1, 5), "torch") == Refused(
        "RuntimeError", "a window has 0 to 4 elements along axis 1; got 5"
    )
    assert unfold(VIEW, Unfold(1, 2, 0), "torch") == Refused(
        "RuntimeError", "windows start one or more elements apart; got 0"
    )


def test_strides_that_cannot_be_are_refused() -> None:
    assert as_strided(VIEW, AsStrided((2,), (-4,), 8), "numpy") == View(Layout((2,), (-4,), 8, 4), VIEW.dtype)
    for op in (AsStrided((2,), ()), AsStrided((-1,), (4,)), AsStrided((2,), (4,), -4)):
        assert [getattr(as_strided(VIEW, op, rules), "error", "") for rules in ("torch", "numpy")] == [
            "RuntimeError",
            "ValueError",
        ]
