from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS
from support.machines import FakeMachine

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.crossing.measuring import MOST_BYTES, Extent, Means, Other, crossed, sizes
from tensorlab.bench.crossing.projecting import MODELS
from tensorlab.bench.crossing.record import Crossings
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.codec import decode, encode

if TYPE_CHECKING:
    from tensorlab.progress import Progress

WORKLOADS = {one.name: one for one in CATALOGUE.workloads}
SHORT = Extent(2**15, Effort(0.0, 1, 2))


class Ticking:
    """A clock that goes on by a fixed time at each look."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.now = 0.0

    def read(self) -> Reading:
        self.now += self.step
        return Reading(self.now, self.now, self.now, 0, 0)


def projected(*names: tuple[str, str], asking: float = 10e-6) -> Crossings:
    """Every block of the CPU takes a second, and holds one call."""
    means = Means(read=Ticking(1.0).read, extent=SHORT)
    asked = [(WORKLOADS[name], dtype) for name, dtype in names]
    return crossed(CATALOGUE, asked, Other("cuda", None, replace(MODELS["h100"], asking=asking)), means)


def test_a_cpu_that_is_slower_than_the_model_at_every_size_loses_from_the_first_on() -> None:
    run = projected(("add", "float32"))
    assert run.projected
    assert [one.transfer for one in run.crossings] == ["none", "page-locked"]
    assert all(one.projected for one in run.crossings)
    assert {one.size for one in run.crossings} == {16}
    assert run.samples[0].latency.seconds == pytest.approx(10e-6 * 2**0.5, rel=0.01)
    assert decode(Crossings, encode(run)) == run


def test_a_device_that_takes_longer_to_ask_never_wins() -> None:
    run = projected(("add", "float32"), ("matmul", "tfloat32"), asking=100.0)
    assert {one.size for one in run.crossings} == {None}
    assert {one.dtype for one in run.crossings} == {"float32", "tfloat32"}
    assert "cuda does not win up to 32,768 elements, without transfer (projected)" in str(run)


def test_what_cannot_be_told_is_a_line_with_its_reason() -> None:
    run = projected(("add", "tfloat32"), ("matmul", "float8_e4m3fn"))
    assert run.missing == ("add tfloat32: tfloat32 is a way to compute products; add is none",)
    assert {one.workload for one in run.crossings} == {"matmul"}


def measured(machine: FakeMachine, *names: tuple[str, str], watch: list[Progress] | None = None) -> Crossings:

    def read() -> Reading:
        """Looking at the clock takes a millisecond, so that every block holds one call."""
        machine.now += 1e-3
        return machine.read()

    means = Means(read=read, extent=SHORT, watch=None if watch is None else watch.append)
    asked = [(WORKLOADS[name], dtype) for name, dtype in names]
    return crossed(CATALOGUE, asked, Other(machine.name, machine, None), means)


def test_a_device_that_is_here_is_measured_and_nothing_is_projected() -> None:
    steps: list[Progress] = []
    run = measured(FakeMachine(), ("matmul", "float32"), watch=steps)
    assert not run.projected
    assert run.missing == ()
    assert [one.transfer for one in run.crossings] == ["none", "page-locked", "pageable"]
    assert not any(one.projected for one in run.crossings)
    assert "projected" not in str(run)
    assert all(dict(one.errors).keys() == {"cpu", "cuda:0"} for one in run.samples)
    assert steps[0].label == "matmul float32, 16"


def test_a_wrong_result_has_no_line_and_is_told_apart() -> None:
    run = measured(FakeMachine(off=1.0), ("add", "float32"))
    assert run.crossings == ()
    assert run.wrong[0].startswith("add float32: the result of cuda:0 differs from the float64 reference by")


def test_a_dtype_that_the_device_lacks_is_missing() -> None:
    run = measured(FakeMachine(), ("matmul", "float16"))
    assert run.missing == ("matmul float16: cuda:0 does not compute it in float16",)


@pytest.mark.parametrize("name", ["add", "sum", "matmul", "matmul_batched", "transpose"])
def test_sizes_are_powers_of_two_that_fit(name: str) -> None:
    least, most = sizes(WORKLOADS[name], "float32", 3e9)
    assert least == 16
    assert most & (most - 1) == 0
    assert WORKLOADS[name].flops(most) <= 3e9
    assert most * 4 <= MOST_BYTES


def test_ctrl_c_keeps_the_searches_that_came_to_an_end() -> None:
    def watch(state: Progress) -> None:
        if state.label.startswith("mul"):
            raise KeyboardInterrupt

    means = Means(read=Ticking(1.0).read, extent=SHORT, watch=watch)
    asked = [(WORKLOADS[name], "float32") for name in ("add", "mul", "exp")]
    run = crossed(CATALOGUE, asked, Other("cuda", None, MODELS["h100"]), means)
    assert run.interrupted
    assert {one.workload for one in run.crossings} == {one.workload for one in run.samples} == {"add"}
    assert str(run).endswith("interrupted: the rest was not measured")
    assert decode(Crossings, encode(run)) == run


def test_ctrl_c_keeps_the_sizes_of_a_search_that_did_not() -> None:
    seen: list[Progress] = []

    def watch(state: Progress) -> None:
        seen.append(state)
        if len(seen) == 3:
            raise KeyboardInterrupt

    means = Means(read=Ticking(1.0).read, extent=SHORT, watch=watch)
    run = crossed(CATALOGUE, [(WORKLOADS["add"], "float32")], Other("cuda", None, MODELS["h100"]), means)
    assert run.interrupted
    assert run.samples


def test_limits_that_are_given_judge_every_sample() -> None:
    means = Means(read=Ticking(1.0).read, extent=SHORT, limits=CEILINGS)
    run = crossed(CATALOGUE, [(WORKLOADS["add"], "float32")], Other("cuda", None, MODELS["h100"]), means)
    assert all([what for what, _, _ in one.bounds] == ["CPU"] for one in run.samples)
    assert decode(Crossings, encode(run)) == run
