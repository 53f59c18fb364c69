from __future__ import annotations

import pytest

from tensorlab.bench.striding.ground import laid
from tensorlab.bench.striding.probes import FAR, GAPS, SPARSE, costs, probes
from tensorlab.bench.striding.subjects import STRIDES


def test_no_probe_goes_over_a_stride_that_is_a_row() -> None:
    assert not {SPARSE // 4, FAR * 1024, (4096 + 64) // 4, *(gap // 4 for gap in GAPS)} & set(STRIDES)


def test_costs_follow_from_seconds() -> None:
    """A fake machine: 2 ns a line, 3 ns a page; an element 1 ns, or 2 apart; a call 1 us."""
    seconds = {}
    for name, probe in probes(laid(2**22)).items():
        kind = name[0]
        if kind in {"read", "write", "sparse"}:
            seconds[name] = probe.amount * 2e-9
        elif kind in {"lonely", "alone"}:
            seconds[name] = probe.amount * 5e-9
        elif kind == "apart":
            seconds[name] = probe.amount * (2e-9 if name[2] == "sum" else 4e-9)
        else:
            seconds[name] = 1e-6 + probe.amount * int(name[2]) * 1e-9
        probe.call()
    found = costs(seconds)
    assert [value for _, value in found.walks] == pytest.approx([3e-9] * len(found.walks))
    assert [value for _, value in found.alone] == pytest.approx([2e-9] * len(found.alone))
    assert all(value >= 2e-9 for _, value in found.starts)
    for kernel in found.kernels:
        assert (kernel.call, kernel.dense, kernel.strided) == pytest.approx((1e-6, 1e-9, 2e-9))
        spent = 2e-9 if kernel.operation == "sum" else 4e-9 - 2e-9 / 16  # a copy writes a 16th of a line each
        assert [crowded for crowded, _ in kernel.apart] == [1, 2, 4, 8, 16, 64]
        assert [each for _, each in kernel.apart] == pytest.approx([spent] * len(GAPS))
