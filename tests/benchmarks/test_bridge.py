"""Our blocks in pytest-benchmark's tables: what its private names must do, and what is told beside a time."""

from __future__ import annotations

import inspect
import tomllib
from dataclasses import replace
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import pytest
from support.ceilings import CEILINGS
from support.laboratory import run
from support.probe import ROOT

from benchmarks.bridge import MODE, described, fits, inject, rates
from tensorlab.bench.foreign.pytest_json import RUN
from tensorlab.bench.record import Run
from tensorlab.codec import decode

fixture_module = pytest.importorskip("pytest_benchmark.fixture")


def fixture(*, disabled: bool = False) -> Any:
    """A real fixture of pytest-benchmark, outside of a session."""
    added: list[Any] = []
    node = SimpleNamespace(name="test_a", nodeid="benchmarks/test_a.py::test_a")
    wanted = {
        "node": node,
        "disable_gc": True,
        "timer": SimpleNamespace(target=None),
        "min_rounds": 5,
        "min_time": 0.1,
        "max_time": 1.0,
        "precision": None,
        "confidence": None,
        "warmup": False,
        "warmup_iterations": 0,
        "calibration_precision": 10,
        "add_stats": added.append,
        "logger": None,
        "warner": None,
        "disabled": disabled,
        "cprofile": None,
        "cprofile_loops": None,
        "cprofile_dump": None,
    }
    known = inspect.signature(fixture_module.BenchmarkFixture.__init__).parameters
    made = fixture_module.BenchmarkFixture(**{name: wanted[name] for name in known if name in wanted})
    made.told = added
    return made


def test_the_version_is_pinned_where_the_private_names_are_known() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["bench"]
    assert wanted == ["pytest-benchmark>=5.3,<6"]
    assert version("pytest-benchmark").split(".")[0] == "5"


def test_the_private_names_do_what_they_did() -> None:
    benchmark = fixture()
    assert fits(benchmark)
    assert benchmark._mode is None
    stats = benchmark._make_stats(10)
    assert benchmark.told == [stats]
    assert benchmark.stats is stats
    stats.update(2.0)
    assert stats.stats.data == [0.2]
    assert stats.iterations == 10
    benchmark._cleanup_callbacks.clear()
    with pytest.raises(AttributeError):
        benchmark._cleanup()  # it was not used: _mode is what tells it; its logger is none here
    benchmark._mode = MODE
    benchmark._cleanup()


def test_the_blocks_of_a_run_are_the_rounds_of_the_test() -> None:
    benchmark, own = fixture(), run(1e-6)
    assert inject(benchmark, own)
    assert benchmark.stats.stats.data == pytest.approx([block / own.loops for block in own.wall])
    assert benchmark.stats.stats.median == pytest.approx(1e-6)
    assert benchmark.stats.as_dict()["stats"]["iterations"] == own.loops


def test_the_clock_that_counts_is_taken() -> None:
    benchmark, own = fixture(), run(1e-6)
    inject(benchmark, replace(own, clock="cpu", cpu=tuple(block / 2 for block in own.wall)))
    assert benchmark.stats.stats.median == pytest.approx(0.5e-6)


def test_switched_off_there_is_nothing_to_take() -> None:
    benchmark = fixture(disabled=True)
    assert inject(benchmark, run())
    assert (benchmark.stats, benchmark.told, benchmark._mode) == (None, [], MODE)


def test_a_fixture_is_used_once() -> None:
    benchmark = fixture()
    inject(benchmark, run())
    with pytest.raises(ValueError, match=r"used already, in tensorlab\.interleaved mode"):
        inject(benchmark, run())
    with pytest.raises(fixture_module.FixtureAlreadyUsed, match="interleaved"):
        benchmark(len, "word")


@pytest.mark.parametrize(
    "strange",
    [
        SimpleNamespace(),
        SimpleNamespace(_mode=None),
        SimpleNamespace(_make_stats=lambda iterations: iterations),
        SimpleNamespace(_mode=None, _make_stats=lambda loops: loops),
        SimpleNamespace(_mode=None, _make_stats=lambda iterations, more: (iterations, more)),
    ],
)
def test_another_pytest_benchmark_is_known_by_its_names(strange: Any) -> None:
    assert not fits(strange)
    assert not inject(strange, run())


def test_what_is_told_beside_a_time() -> None:
    fast, base = replace(run(0.5e-6, backend="torch"), together="s.0.1"), replace(run(1e-6), together="s.0.1")
    paired = [replace(one, round=tuple(range(5)), repeat=(0, 0, 1, 1, 2)) for one in (fast, base)]
    told = described(paired[0], paired, CEILINGS)
    assert told["GB/s"] == pytest.approx(24)
    assert told["GFLOP/s"] == pytest.approx(2)
    assert told["ratio"] == pytest.approx(0.5)
    assert told["ratio to"] == "numpy float32"
    assert told["verdict"] == "faster"
    assert told["ceiling"] == "dispatch"
    assert told["% of ceiling"] > 0
    assert decode(Run, told[RUN]) == paired[0]


def test_numpy_stands_beside_itself_and_without_it_there_is_no_ratio() -> None:
    assert described(run(), [run()], CEILINGS)["ratio"] == 1.0
    assert "ratio" not in described(run(backend="torch"), [run(backend="torch")], None)
    assert "ceiling" not in described(run(), [run()], None)


def test_a_time_of_nothing_has_no_rates() -> None:
    assert rates(run().case, 0.0) == {}
