from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laboratory import header, run
from support.reports import chases, crossings, layers, measured, strides

from tensorlab.bench.honesty.record import Gate, Honesty
from tensorlab.bench.store import Loaded
from tensorlab.page.report.rows import gathered
from tensorlab.page.report.sections import SHOWN, sections

if TYPE_CHECKING:
    from tensorlab.page.report.charts import Plot
    from tensorlab.page.report.sections import Record


def bodies(*beside: Record, rows: int = 0, truncated: bool = False) -> dict[str, str]:
    """The page's parts, plots as their keys."""
    own = measured() if not rows else tuple(run(size=size) for size in range(1, rows + 1))
    loaded = Loaded(header(), own, truncated)
    return {part.key: part.body for part in sections(loaded, gathered(own), beside, painted)}


def painted(plot: Plot) -> str:
    return f"[{plot.key}]"


def test_every_part_is_there_and_says_how_it_is_filled() -> None:
    found = bodies()
    assert list(found) == ["summary", "doubts", "results", "roofline", "crossover", "stride", "alexnet"]
    assert "tensorlab bench stride --json &gt; stride.json" in found["stride"]
    assert "[alexnet-images]" in found["alexnet"]
    assert "[time-0]" in found["crossover"]
    assert "[roofline-float32-1-cpu]" in found["roofline"]
    bare = bodies(rows=1)
    assert "tensorlab bench chase --json" in bare["crossover"]
    assert "tensorlab alexnet --json" in bare["alexnet"]
    assert "no reason to doubt" in bare["doubts"]


def test_files_beside_the_run_fill_their_parts() -> None:
    gates = (Gate(name="quiet", asked="0.99..1.01", seen="1.000", passed=True),)
    honest = Honesty(trials=(), gates=gates, busy=3, seconds=1.0)
    found = bodies(strides(), chases(), crossings(), layers(), honest)
    assert "[stride-sum]" in found["stride"]
    assert "252" in found["stride"]
    for key in ("[device-add-float32]", "[time-0]", "[chase-add]", "[chase-order]"):
        assert key in found["crossover"]
    assert "[alexnet-layers]" in found["alexnet"]
    assert "passed" in found["aa"]


def test_doubts_carry_penalty_and_cure() -> None:
    page = bodies()["doubts"]
    assert ">5.57x</td>" in page
    assert "write into a result that is there: out=" in page


def test_a_cut_line_is_said() -> None:
    assert "cut off" in bodies(truncated=True)["summary"]
    assert "cut off" not in bodies()["summary"]


@pytest.mark.parametrize("count", [SHOWN, SHOWN + 5])
def test_rows_beyond_the_first_are_kept_apart(count: int) -> None:
    page = bodies(rows=count)["results"]
    table, _, rest = page.partition('<template id="rest">')
    assert table.count("<tr ") == SHOWN
    assert rest.count("<tr ") == count - SHOWN
    assert (f"The first {SHOWN} of {count} rows" in page) is (count > SHOWN)


def test_values_of_a_plot_are_a_list_too() -> None:
    assert "<li>numpy, 10 elements: 305 ns, 10% under 256 ns</li>" in bodies()["crossover"]


def test_ceilings_stand_in_a_table() -> None:
    from_run = replace(header(), ceilings=None)
    assert from_run.ceilings is None
    assert "ceilings of this machine" not in bodies()["roofline"]
