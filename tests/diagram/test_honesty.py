from __future__ import annotations

from dataclasses import replace

from support.timing import ratio

from tensorlab.bench.honesty.record import Gate, Honesty, Trial
from tensorlab.diagram.honesty import honesty_scene
from tensorlab.render.text import text

FOUND = Honesty(
    trials=(
        Trial(kind="quiet", workload="NumPy add 500", seed=0, ratio=ratio(1.0005, 0.9981, 1.0023)),
        Trial(kind="planted", workload="matmul 512", seed=1, ratio=ratio(1.0312, 1.0261, 1.0353, "slower")),
    ),
    gates=(
        Gate(name="quiet A/A", asked="0.99..1.01", seen="1.0005..1.0005", passed=True),
        Gate(name="planted +3.1% found", asked="15 of 16 or more", seen="1 of 1", passed=False),
    ),
    busy=3,
    seconds=1.0,
)


def test_the_gates_then_every_comparison() -> None:
    assert (
        text(honesty_scene(FOUND), width=80)
        == """\
is the measuring honest?
gate                 asked             seen
quiet A/A            0.99..1.01        1.0005..1.0005  passed
planted +3.1% found  15 of 16 or more  1 of 1          FAILED

1 of 2 gates passed

comparisons
comparison     trial     ratio  interval        verdict
NumPy add 500  quiet    1.0005  0.9981..1.0023  can't tell
matmul 512     planted  1.0312  1.0261..1.0353  slower"""
    )


def test_what_was_interrupted_says_so() -> None:
    told = text(honesty_scene(replace(FOUND, interrupted=True)), width=80)
    assert "interrupted after 2 comparisons; 1 of 2 gates passed" in told
