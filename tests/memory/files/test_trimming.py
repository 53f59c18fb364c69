from __future__ import annotations

import pytest

from tensorlab.errors import StoreError
from tensorlab.layout.record import Layout
from tensorlab.memory.files.trimming import Piece, Reference, trim
from tensorlab.memory.record import Storage

RECORD = Storage(device="file", address=1000, nbytes=400, owner="a/data/0")


def reference(place: int, layout: Layout | None, *, itemsize: int = 4) -> Reference:
    return Reference("0", RECORD, itemsize, 400 // itemsize, layout, (place, place + 1, place + 2))


def floats(start: int, count: int) -> Layout:
    return Layout((count,), (4,), 4 * start, 4)


def test_overlapping_extents_are_one_piece() -> None:
    plan = trim([reference(0, floats(10, 5)), reference(10, floats(12, 8)), reference(20, floats(60, 2))])
    assert plan.pieces == (Piece("0", 1040, 40), Piece("1", 1240, 8))
    assert plan.edits == {1: 10, 2: 0, 11: 10, 12: 2, 20: "1", 21: 2, 22: 0}


def test_a_storage_that_is_needed_whole_is_left() -> None:
    assert trim([reference(0, floats(10, 5)), reference(10, None)]) == trim([reference(0, None)])
    assert trim([reference(0, floats(0, 50)), reference(10, floats(50, 50))]).edits == {}


def test_offsets_stay_whole_numbers_where_dtypes_are_mixed() -> None:
    wide = Layout((2,), (8,), 24, 8)
    plan = trim([reference(0, floats(5, 3)), reference(10, wide)])
    assert plan.pieces == (Piece("0", 1016, 24),)
    assert plan.edits[12] == 1
    assert plan.edits[2] == 1


def test_what_has_no_elements_takes_no_bytes() -> None:
    plan = trim([reference(0, Layout((0,), (4,), 80, 4))])
    assert plan.pieces == (Piece("0", 1000, 0),)
    assert plan.edits == {1: 0, 2: 0}
    plan = trim([reference(0, Layout((0,), (4,), 80, 4)), reference(10, floats(0, 5))])
    assert plan.edits == {1: 5, 2: 0, 11: 5}
    plan = trim([reference(0, Layout((0,), (4,), 80, 4)), reference(10, floats(7, 1))])
    assert plan.pieces == (Piece("0", 1028, 4),)
    assert plan.edits == {1: 1, 2: 0, 11: 1, 12: 0}


def test_places_that_are_not_known_are_refused() -> None:
    lost = reference(0, floats(7, 1))._replace(places=(-1, -1, -1))
    with pytest.raises(StoreError, match="in a way that is not followed"):
        trim([lost])
    with pytest.raises(StoreError, match="in a way that is not followed"):
        trim([reference(0, floats(7, 1)), reference(0, floats(60, 2))])
