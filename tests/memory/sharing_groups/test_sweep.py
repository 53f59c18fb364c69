from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.registry import describe
from tensorlab.memory.sharing_groups import sweep
from tensorlab.memory.sharing_groups.sweep import sharing_groups

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.memory.sharing_groups.record import SharingMap

BASE = np.zeros(60, np.uint8)


def mapped(*things: Any, **options: Any) -> SharingMap:
    return sharing_groups(((str(n), describe(thing)) for n, thing in enumerate(things)), **options)


def groups(found: SharingMap) -> list[list[int]]:
    return sorted(sorted(int(name) for name, _ in group.members) for group in found.groups)


@st.composite
def views(draw: st.DrawFn) -> np.ndarray[Any, Any]:
    start, step = draw(st.integers(0, 50)), draw(st.sampled_from([1, 2, 3, 5, 7, -1, -4]))
    view = BASE[start::step][: draw(st.integers(0, 8))]
    return np.lib.stride_tricks.as_strided(view, (2, len(view)), (0, view.strides[0])) if draw(st.booleans()) else view


@given(st.lists(views(), max_size=7))
def test_groups_are_the_components_of_shared_bytes(things: list[np.ndarray[Any, Any]]) -> None:
    parts = [{n} for n in range(len(things))]
    for one, other in combinations(range(len(things)), 2):
        if np.shares_memory(things[one], things[other]):
            joined = next(p for p in parts if one in p) | next(p for p in parts if other in p)
            parts = [p for p in parts if not p & joined] + [joined]
    found = mapped(*things)
    assert groups(found) == sorted(sorted(part) for part in parts if len(part) > 1)
    assert sorted(map(int, found.alone)) == sorted(n for part in parts if len(part) == 1 for n in part)
    assert found.unknown == ()
    for group in found.groups:
        for pair in group.pairs:
            assert np.shares_memory(things[int(pair.first)], things[int(pair.second)])
            assert pair.overlap.witness is not None


def test_every_pair_of_a_small_group_is_told() -> None:
    x = torch.arange(20)
    (group,) = mapped(x, x[:10], x[10:], x[15:]).groups
    assert [str(pair) for pair in group.pairs] == ["0[0] and 1[0]", "0[10] and 2[0]", "0[15] and 3[0]", "2[5] and 3[0]"]
    assert (group.nbytes, group.exact) == (160, True)


def test_libraries_and_components_are_mixed() -> None:
    array = np.zeros(10)
    values = torch.from_numpy(array[2:])
    coo = torch.sparse_coo_tensor(torch.arange(8)[None], values, (8,), check_invariants=False)
    found = sharing_groups(
        [("n", describe(array)), ("t", describe(values)), ("s", describe(coo)), ("k", describe(b"abc"))]
    )
    assert [name for name, _ in found.groups[0].members][:2] == ["n", "t"]
    assert "k" in found.alone


def test_what_has_no_bytes_shares_nothing() -> None:
    meta = torch.empty(3, device="meta")
    assert mapped(meta, meta, torch.zeros(0), np.float32(1)).alone == ("0", "1", "2", "3")


def test_columns_rows_and_copies_by_the_thousand() -> None:
    matrix = torch.zeros(100, 3000)
    assert mapped(*matrix.unbind(1)).count == 3000
    assert mapped(*matrix.unbind(1)).groups == ()
    found = mapped(matrix, *matrix.unbind(1), *matrix.unbind(0))
    assert [len(group.members) for group in found.groups] == [3101]
    assert found.unchecked == 0
    assert len(mapped(*(matrix[:] for _ in range(3000))).groups[0].pairs) == 2999


def test_past_the_cap_it_is_not_known() -> None:
    base = torch.zeros(10_000)
    rows = [base[n :: 7 + n % 2] for n in range(7)]
    found = mapped(*rows, most=3)
    assert found.unchecked > 0
    assert "not compared" in str(found)


def test_an_unknown_pair_is_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(sweep, "overlap", lambda *_, **__: Overlap(Answer.UNKNOWN, "cap", cap="too many positions"))
    x = torch.zeros(9)
    found = mapped(x[::2], x[1:])
    assert [str(pair) for pair in found.unknown] == ["0 and 1: UNKNOWN, too many positions"]
    assert found.groups == ()


def test_two_mappings_of_one_file_are_not_known(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    one = np.memmap(path, "f4", "w+", shape=(100,))
    other = np.memmap(path, "f4", "r+", shape=(100,))
    found = mapped(one, other, one[50:])
    assert groups(found) == [[0, 2]]
    assert {(pair.first, pair.second) for pair in found.unknown} == {("0", "1"), ("1", "2")}
    assert {pair.overlap.cap for pair in found.unknown} == {"they lie in separate mappings of one file"}
