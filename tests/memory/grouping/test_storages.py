from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.memory.grouping.storages import by_storage, overlapping
from tensorlab.memory.record import Storage

RUNS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 12)), max_size=8)


def run(start: int | None, size: int, device: str = "cpu", key: int | None = None) -> Storage:
    return Storage(device=device, address=start, nbytes=size, owner="", key=key)


@given(RUNS)
def test_groups_are_the_components_of_overlap(runs: list[tuple[int, int]]) -> None:
    parts = [{n} for n in range(len(runs))]
    for one, (start, size) in enumerate(runs):
        for other, (begin, length) in enumerate(runs):
            if max(start, begin) < min(start + size, begin + length):
                joined = next(p for p in parts if one in p) | next(p for p in parts if other in p)
                parts = [p for p in parts if not p & joined] + [joined]
    assert by_storage([run(*r) for r in runs]) == sorted(sorted(part) for part in parts)


def test_devices_keys_and_strangers() -> None:
    found = by_storage(
        [run(8, 8), run(8, 8, "cuda:0"), run(None, 8, "meta", 1), run(None, 8, "meta", 1), run(None, 8), run(None, 8)]
    )
    assert found == [[0], [1], [2, 3], [4], [5]]


def test_files_are_told_apart() -> None:
    one, other = (Storage(device="file", address=0, nbytes=8, owner="", path=path) for path in ("a", "b"))
    assert by_storage([one, other, one]) == [[0, 2], [1]]


def test_runs_that_touch_share_nothing() -> None:
    assert overlapping([(0, 4, 0), (4, 8, 1)]) == [[0], [1]]
    assert overlapping([(0, 4, 0), (0, 0, 1), (2, 2, 2)]) == [[1, 0, 2]]
