from __future__ import annotations

from support.timing import ratio

from tensorlab.bench.honesty.record import Gate, Honesty, Trial

GOOD = Gate(name="quiet A/A", asked="0.99..1.01", seen="1.0000..1.0010", passed=True)
BAD = Gate(name="false alarms", asked="2 of 16 or fewer", seen="5 of 16", passed=False)


def test_an_interval_covers_1_with_its_ends() -> None:
    for low, high, covers in ((0.9, 1.1, True), (1.0, 1.1, True), (0.9, 1.0, True), (1.01, 1.1, False)):
        trial = Trial(kind="run", workload="matmul", seed=0, ratio=ratio((low + high) / 2, low, high))
        assert trial.covers is covers


def test_it_passes_where_every_gate_does_and_it_was_not_interrupted() -> None:
    assert Honesty(trials=(), gates=(GOOD,), busy=3, seconds=1.0).passed
    assert not Honesty(trials=(), gates=(GOOD, BAD), busy=3, seconds=1.0).passed
    assert not Honesty(trials=(), gates=(GOOD,), busy=3, seconds=1.0, interrupted=True).passed


def test_a_line_for_each_gate() -> None:
    found = Honesty(trials=(), gates=(GOOD, BAD), busy=3, seconds=1.0)
    assert str(found).splitlines() == ["quiet A/A: 1.0000..1.0010; passed", "false alarms: 5 of 16; FAILED"]
