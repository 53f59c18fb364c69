from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS, KIB, figure

from tensorlab.bench.ceilings.record import Bound, Figure
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.record import Ceilings

MIB = 1024 * KIB


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ({"reads": 8, "writes": 4, "flops": 1}, Bound("dispatch", 1e-6)),
        ({"reads": 8, "writes": 4, "flops": 1, "library": "numpy"}, Bound("dispatch", 200e-9)),
        ({"reads": 128 * MIB, "writes": 128 * MIB, "flops": 0}, Bound("DRAM", 256 * MIB / 40e9)),
        ({"reads": 16 * MIB, "writes": 0, "flops": 1}, Bound("L3", 16 * MIB / 100e9)),
        ({"reads": 512 * KIB, "writes": 0, "flops": 1}, Bound("L2", 512 * KIB / 200e9)),
        ({"reads": 2 * MIB, "writes": MIB, "flops": 2 * 512**3}, Bound("compute", 2 * 512**3 / 200e9)),
        (
            {"reads": 2 * MIB, "writes": MIB, "flops": 2 * 512**3, "dtype": "bfloat16"},
            Bound("compute", 2 * 512**3 / 400e9),
        ),
        ({"reads": 2 * MIB, "writes": MIB, "flops": 2 * 512**3, "threads": 2}, Bound("compute", 2 * 512**3 / 390e9)),
        ({"reads": 8000, "writes": 0, "flops": 1000, "library": "list"}, Bound("dispatch", 1000 * 4e-9)),
        ({"reads": 16000, "writes": 8000, "flops": 1000, "library": "list"}, Bound("dispatch", 1000 * 16e-9)),
        (
            {"reads": 4 * KIB, "writes": 0, "flops": 1, "library": "numpy", "working_set": 256 * MIB},
            Bound("dispatch", 200e-9),
        ),
        ({"reads": MIB, "writes": 0, "flops": 1, "working_set": 256 * MIB}, Bound("DRAM", MIB / 40e9)),
    ],
)
def test_the_ceiling_with_the_longest_time_binds(work: dict[str, object], expected: Bound) -> None:
    name, seconds = CEILINGS.binding(**{"dtype": "float32", **work})  # type: ignore[arg-type]  # by name
    assert name == expected.ceiling
    assert seconds == pytest.approx(expected.seconds)


def test_between_two_working_sets_the_bandwidth_lies_between_theirs() -> None:
    between = CEILINGS.bandwidth("copy", 96 * KIB)
    assert between is not None
    assert 200e9 < between < 400e9
    assert CEILINGS.bandwidth("copy", 1) == 400e9
    assert CEILINGS.bandwidth("copy", 2**40) == 40e9


def test_what_a_larger_working_set_reaches_a_smaller_one_reaches_too() -> None:
    dip = figure("copy", "slow", 8.0 * KIB, "B", 1e9, working_set=8 * KIB, level="L1")
    dipped = replace(CEILINGS, figures=(dip, *CEILINGS.figures))
    assert dipped.bandwidth("copy", 8 * KIB) == 400e9


def test_several_threads_reach_what_was_measured_with_all_and_never_less_than_one() -> None:
    assert CEILINGS.bandwidth("read", 16 * KIB, 2) == 800e9
    slow = tuple(one for one in CEILINGS.figures if one.threads == 1)
    held = tuple(replace(one, threads=2, seconds=(one.best * 9,)) for one in slow if one.kind == "read")
    assert replace(CEILINGS, figures=slow + held).bandwidth("read", 16 * KIB, 2) == 400e9
    assert replace(CEILINGS, figures=slow).bandwidth("read", 16 * KIB, 2) == 400e9


def test_the_peak_is_the_best_product_of_any_library_and_says_which() -> None:
    peak = CEILINGS.peak("float32")
    assert peak is not None
    assert peak.probe == "oneDNN, packed, 512 rows"
    assert CEILINGS.peak("complex64") is None


def test_nothing_measured_binds_nothing() -> None:
    empty = replace(CEILINGS, figures=())
    assert empty.binding(8, 4, 1, "float32") == ("", 0.0)
    assert empty.first_touch(1) is None
    assert empty.bandwidth("read", 1) is None


def test_transfers_bind_on_a_device() -> None:
    moved = [
        figure("transfer", f"host to device, {kind}", 2.0**26, "B", rate, device="cuda")
        for kind, rate in (("pageable", 6e9), ("page-locked", 50e9))
    ]
    device = replace(CEILINGS, figures=(*CEILINGS.figures, *moved))
    assert device.binding(8, 4, 1, "float32", device="cuda", transferred=(2**30, 0)) == (
        "transfer",
        2**30 / 50e9,
    )
    assert device.transfer("to", 2**30, locked=False, device="cuda") == 2**30 / 6e9
    assert device.transfer("from", 2**30, locked=False, device="cuda") is None


def test_new_memory_costs_what_its_page_faults_cost() -> None:
    assert CEILINGS.first_touch(64 * MIB) == pytest.approx(64 * MIB / 2e9)


@pytest.mark.parametrize(("working_set", "threads", "level"), [
    (32 * KIB, 1, "L1"), (64 * KIB, 1, "L2"), (64 * KIB, 2, "L1"), (40 * MIB, 2, "DRAM"), (32 * MIB, 2, "L3"),
])  # fmt: skip
def test_a_working_set_lies_in_the_smallest_cache_that_holds_it(working_set: int, threads: int, level: str) -> None:
    assert CEILINGS.level(working_set, threads) == level


def test_the_best_tenth_counts() -> None:
    one = replace(CEILINGS.figures[0], seconds=tuple(1e-6 * n for n in range(1, 12)))
    assert one.best == pytest.approx(2e-6)
    assert str(one) == "dispatch: 2.00 µs by np.add(a, b) (1 thread, cpu)"


def test_a_probe_does_something() -> None:
    with pytest.raises(LayoutError, match=r"got 0\.0 B"):
        figure("read", "nothing", 0.0, "B", 1.0)
    with pytest.raises(LayoutError, match="seconds is one or more"):
        Figure(kind="read", probe="p", library="torch", amount=1.0, unit="B", seconds=(), loops=1, clock="cpu")


def test_in_words_there_is_a_line_for_each() -> None:
    lines = str(CEILINGS).splitlines()
    assert lines[0] == "ceilings of 0123456789ab, measured 2026-01-31T12:00:00Z"
    assert lines[1] == "read, 1 thread: L1 400 GB/s, L2 200 GB/s, L3 100 GB/s, DRAM 40.0 GB/s"
    assert "compute: 200 GFLOP/s by oneDNN, packed, 512 rows (float32, 1 thread, cpu)" in lines


@pytest.fixture
def device() -> Ceilings:
    """With a device whose L2 copies twice as fast as its memory."""
    copies = [
        figure("copy", "a.copy_(b)", size, "B", rate, working_set=size, device="cuda:0", clock="wall")
        for size, rate in ((1 * MIB, 5e12), (25 * MIB, 5e12), (512 * MIB, 2.5e12))
    ]
    peak = figure("compute", "torch.mm", 1e12, "FLOP", 5e13, dtype="float32", device="cuda:0", clock="wall")
    call = figure("dispatch", "torch.add(a, b, out=c)", 1.0, "call", 4e5, device="cuda:0", clock="wall")
    return replace(CEILINGS, figures=(*CEILINGS.figures, *copies, peak, call))


def test_of_a_device_copies_stand_for_all_that_moves(device: Ceilings) -> None:
    add = device.binding(8 << 24, 4 << 24, 1 << 24, "float32", device="cuda:0")
    assert add.ceiling == "DRAM"
    assert add.seconds == pytest.approx(12 * (1 << 24) / 2.5e12)
    total = device.binding(4 << 28, 4, 1 << 28, "float32", device="cuda:0")
    assert total.ceiling == "DRAM"
    assert device.binding(8 << 10, 4 << 10, 1 << 10, "float32", device="cuda:0").ceiling == "dispatch"


def test_a_device_has_two_levels(device: Ceilings) -> None:
    assert [device.level_of_device(size * MIB, "cuda:0") for size in (1, 25, 26, 600)] == ["L2", "L2", "DRAM", "DRAM"]
    assert device.level_of_device(1, "xpu:0") == "DRAM"
