"""Rows from the layout library."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.probe import run_python

from tensorlab.render.graph_layout import layered

DAGS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda e: e[0] < e[1]), unique=True)


@given(DAGS)
def test_arrows_lead_down_row_by_row(arrows: list[tuple[int, int]]) -> None:
    found = layered(12, arrows)
    row = {number: place for place, row in enumerate(found.rows) for number in row}
    assert sorted(row)[:12] == list(range(12))
    for source, target in arrows:
        rows = [row[number] for number in (source, *found.passed[source, target], target)]
        assert rows == list(range(rows[0], rows[0] + len(rows)))


def test_a_cycle_is_laid_out() -> None:
    found = layered(3, [(0, 1), (1, 2), (2, 0)])
    assert sorted(number for row in found.rows for number in row if number < 3) == [0, 1, 2]


def test_two_processes_make_the_same_rows() -> None:
    code = (
        "from tensorlab.render.graph_layout import layered\n"
        "arrows = [(n, n + k) for n in range(300) for k in (1, 1 + n % 7 + 1)]\n"
        "print(layered(310, arrows))"
    )
    one, other = (run_python(code, env={"PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert one.stdout == other.stdout != ""
