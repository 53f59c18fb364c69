from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from support.ceilings import limits
from support.laboratory import run, skipped
from support.reports import NASTY, SLOW, measured

from tensorlab.page.report.rows import FIGURES, doubts, gathered, looks_of, share_of, table_rows

if TYPE_CHECKING:
    from tensorlab.page.report.rows import Rows


def rows() -> Rows:
    return gathered(measured(), 3)


def cells(row: str) -> list[str]:
    return [unescape(found) for found in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def test_a_row_says_every_figure_with_its_unit() -> None:
    found = table_rows(rows(), limits())
    numpy = cells(found[4])
    assert numpy[:5] == ["add", "1k", "numpy", "cpu", "float32"]
    assert numpy[5:7] == ["800 ns", "672 ns"]
    assert numpy[7:9] == ["15.0", "1.25"]
    torch = cells(found[5])
    assert torch[-3:-1] == ["1.50x slower", torch[-2]]
    assert re.fullmatch(r"[\d.,]+x to [\d.,]+x", torch[-2])


def test_a_ratio_that_was_not_paired_says_so() -> None:
    assert "not paired: 5% wider" in table_rows(rows(), None)[5]


def test_the_ceiling_is_the_run_s_word_or_follows_from_the_ceilings() -> None:
    every = rows()
    by_size = {(row.run.case.backend, row.run.case.size): row for row in every.figures}
    assert str(share_of(by_size["torch", 100_000], None)) == "50% of DRAM"
    assert share_of(by_size["numpy", 1000], None) is None
    assert "%" in str(share_of(by_size["numpy", 1000], limits()))


def test_what_has_no_time_says_why_over_all_columns() -> None:
    line = next(line for line in table_rows(rows(), None) if "there is no cuda" in line)
    assert cells(line)[-1] == "no device: there is no cuda device"
    assert f'colspan="{len(FIGURES)}"' in line


def test_rows_know_their_lines_and_several_processes_are_one() -> None:
    two = gathered([run(), replace(run(), process=1), skipped("cost", "too slow", size=8)], 3)
    assert list(two.lines.values()) == [[3, 4], [5]]
    assert len(table_rows(two, None)) == 2


def test_columns_that_tell_nothing_apart_are_words_below() -> None:
    plain = looks_of(gathered([run()]))
    assert plain.left_out == ("All on cpu. All with 1 thread.",)
    assert "device" not in plain.heads()
    both = looks_of(gathered([run(), run(device="cuda", threads=2)]))
    assert {"device", "threads "} <= set(both.heads())
    assert both.left_out == ("",)


def test_doubts_once_the_costliest_first() -> None:
    plain = replace(SLOW, text="another", penalty=None)
    several = [
        replace(run(), doubts=(plain, SLOW)),
        replace(run(size=8), doubts=(SLOW,)),
    ]
    found = doubts(gathered(several))
    assert [told.doubt for told in found] == [SLOW, plain]
    assert found[0].rows == ["add 1k numpy", "add 8 numpy"]


def test_doubts_that_differ_in_a_number_are_one() -> None:
    several = [
        replace(run(size=size), doubts=(replace(SLOW, text=f"{size:,} page faults", penalty=None),))
        for size in (8, 1000)
    ]
    (told,) = doubts(gathered(several))
    assert list(told.texts) == ["8 page faults", "1,000 page faults"]
    assert len(told.rows) == 2


def test_names_are_escaped() -> None:
    assert all(NASTY not in row and "<b>" not in row for row in table_rows(rows(), None))
