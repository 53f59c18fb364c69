from __future__ import annotations

from support.reports import chases, crossings, measured

from tensorlab.page.report.crossing import every_crossing
from tensorlab.page.report.overtakings import overtakings
from tensorlab.page.report.rows import gathered


def test_what_the_run_shows_and_what_was_searched_for() -> None:
    found = [one for several in every_crossing(gathered(measured())).values() for one in several]
    page = overtakings(found, [chases(), crossings()])
    assert page.count("between sizes of the run") == len(found)
    assert "searched: bench chase" in page
    assert ">24 to 32</td>" in page
    assert ">10,000</td>" in page
    assert ">nowhere</td>" in page
    assert "cuda with transfer, page-locked" in page
    assert page.count("projected: no device") == 2


def test_nothing_is_nothing() -> None:
    assert overtakings([], []) == ""
