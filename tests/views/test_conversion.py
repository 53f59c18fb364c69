from __future__ import annotations

import pytest

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.conversion import convert, in_order
from tensorlab.views.primitives import Convert
from tensorlab.views.record import CopyNeeded, Refused, View

VIEW = View(Layout((2, 3), (4, 8), itemsize=4), dtype("float32"))


@pytest.mark.parametrize(
    ("op", "sentence"),
    [
        (Convert("C"), "COPY: the elements are asked for in another order"),
        (Convert(dtype=dtype("int8")), "COPY: another dtype needs other bytes"),
        (Convert(device="cuda:0"), "COPY: the elements are asked for on another device"),
        (Convert(cause="always"), "COPY: this operation always makes a new block of memory"),
        (Convert("F", VIEW.dtype, "cpu"), str(VIEW)),
    ],
)
def test_the_cause_is_what_changes(op: Convert, sentence: str) -> None:
    assert str(convert(VIEW, op, "torch")) == sentence


def test_a_copy_lies_as_it_was_asked_for() -> None:
    outcome = convert(VIEW, Convert("C", dtype("float64"), "meta"), "torch")
    assert isinstance(outcome, CopyNeeded)
    assert outcome.result == View(Layout((2, 3), (24, 8), itemsize=8), dtype("float64"), device="meta")
    gaps = View(Layout((2, 3), (8, 16), itemsize=4), dtype("float32"))
    kept, same = (convert(gaps, Convert(order, cause="always"), "torch") for order in ("K", "same"))
    assert isinstance(kept, CopyNeeded)
    assert isinstance(same, CopyNeeded)
    assert (kept.result.layout.strides, same.result.layout.strides) == ((4, 8), (8, 16))


def test_a_format_needs_its_number_of_axes() -> None:
    refused = convert(VIEW, Convert("channels_last"), "torch")
    assert refused == Refused("RuntimeError", "channels_last needs 4 axes; got (2, 3)")
    assert in_order(Layout((1, 2, 2, 2), (8, 1, 4, 2)), "channels_last")
