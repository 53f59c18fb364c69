from __future__ import annotations

from dataclasses import replace

from tensorlab.bench.pairing.record import Ratio
from tensorlab.bench.slowness.record import OpRun, Suggestion, WhySlow
from tensorlab.diagram.slowness import MOST, slowness_scene
from tensorlab.render.figure import Figure

RATIO = Ratio(of="a", to="as it is", value=0.5, low=0.4, high=0.625, pairs=9, verdict="faster")
RUN = WhySlow(
    name="turned", given=("float32 (300, 200)", "2"), seconds=4e-5, clock="cpu", threads=1,
    ops=(
        OpRun(name="aten.t.default", kind="view", line="step.py:3", call="torch.Tensor.t"),
        OpRun(
            name="aten.clone.default", kind="copy", line="step.py:3", call="torch.Tensor.reshape", made=240_000,
            moved=480_000, fetched=480_000, turned=480_000,
        ),
        OpRun(name="aten.mul.Tensor", kind="compute", made=240_000, moved=480_000, fetched=960_000),
    ),
    faults=58.0, overhead=0.125, moved=960_000, fetched=1_440_000, ideal=480_000,
    predicted=(("dispatch", 5e-6), ("memory", 3e-5), ("compute", 0.0), ("page faults", 0.0)),
    suggestions=(
        Suggestion(what=".contiguous() once", how="the copy of 240,000 B made before, not in each call", ratio=RATIO),
        Suggestion(what="out=", how="the result goes elsewhere", ratio=replace(RATIO, verdict="can't tell")),
    ),
    notes=("in place is not suggested: it changes the result",),
)  # fmt: skip
DRAWN = """\
why turned(float32 (300, 200), 2) is slow
40.0 µs a call (CPU clock, 1 thread); predicted 35.0 µs: dispatch 5.00 µs,
  memory 30.0 µs
bytes: 960,000 B moved, 480,000 B would do: 2.00x; cache lines of 1,440,000 B
  fetched for them: 1.50x
dispatch overhead: 12% of the call
page faults: 58 a call: the result is new memory each time

operators: 3 a call
operator                  calls  called by                 new memory      moved
aten.t           view         1  torch.Tensor.t at                  -          -
                                 step.py:3
aten.clone       copy         1  torch.Tensor.reshape at    240,000 B  480,000 B
                                 step.py:3
aten.mul.Tensor  compute      1  -                          240,000 B  480,000 B

time, predicted and measured
           seconds
dispatch   5.00 µs
memory     30.0 µs
predicted  35.0 µs
measured   40.0 µs

what helps
                    faster  interval
.contiguous() once   2.00x  [1.60, 2.50]  the copy of 240,000 B made before, not
                                          in each call

out=: brings nothing: 2.00x [1.60, 2.50]; the result goes elsewhere
in place is not suggested: it changes the result"""


def drawn(found: WhySlow) -> str:
    return Figure(found, slowness_scene(found)).text(width=80).rstrip()


def test_it_is_drawn_so() -> None:
    assert drawn(RUN) == DRAWN


def test_what_other_libraries_do_has_no_tables() -> None:
    found = replace(RUN, ops=(), predicted=(), suggestions=(), notes=("timed, not recorded",), moved=0, fetched=0)
    assert drawn(found).endswith("\n\nwhat helps\nnothing was tried\n\ntimed, not recorded")
    assert "operators" not in drawn(found)
    assert "measured" not in drawn(found)


def test_of_many_operators_those_that_move_most_in_their_order() -> None:
    ops = tuple(OpRun(name=f"aten.op{n}.default", kind="compute", moved=n) for n in range(2 * MOST))
    lines = [line for line in drawn(replace(RUN, ops=ops)).splitlines() if line.startswith("aten.")]
    assert [line.split()[0] for line in lines] == [f"aten.op{n}" for n in range(MOST, 2 * MOST)]


def test_ascii_and_svg() -> None:
    figure = Figure(RUN, slowness_scene(RUN))
    assert figure.text(ascii=True).isascii()
    assert "aten.clone" in figure.svg()
