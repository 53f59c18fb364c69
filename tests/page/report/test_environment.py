from __future__ import annotations

from dataclasses import replace

from support.laboratory import header

from tensorlab.bench.record import Asked
from tensorlab.page.report.environment import environment


def test_what_a_speed_depends_on() -> None:
    page = environment(header())
    for words in ("Test CPU", "2 cores, 2 logical, 2 usable", "L1d 32,768 B", "17,179,869,184 B", "torch 2.13.0"):
        assert words in page
    for words in ("none set", "0123456789ab", "everything of the profile"):
        assert words in page


def test_what_was_asked_for() -> None:
    asked = Asked(names=("add",), sizes=(1000,), allocations=(True, False), processes=3)
    page = environment(replace(header(), asked=asked))
    assert "workloads add; sizes 1,000; results allocated, out=; 3 processes" in page
    assert "asked for" not in environment(replace(header(), asked=None))


def test_variables_are_escaped() -> None:
    host = replace(header().host, environment=(("OMP_NUM_THREADS", "<b>"),))
    assert "OMP_NUM_THREADS=&lt;b&gt;" in environment(replace(header(), host=host))
