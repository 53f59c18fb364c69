from __future__ import annotations

from dataclasses import replace

import pytest
from support.ceilings import CEILINGS, figure

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.crossing.bounds import bounds_of
from tensorlab.bench.crossing.checked import checked
from tensorlab.bench.crossing.record import Aspect, Sample

ADD = next(one for one in CATALOGUE.workloads if one.name == "add")
DEVICE = (
    figure("dispatch", "torch.add(a, b)", 1.0, "call", 1 / 8e-6, device="cuda"),
    figure("copy", "copy", 2.0**30, "B", 2e12, device="cuda"),
    figure("transfer", "host to device, page-locked", 2.0**26, "B", 50e9, device="cuda"),
    figure("transfer", "device to host, page-locked", 2.0**26, "B", 25e9, device="cuda"),
)
LIMITS = replace(CEILINGS, figures=(*CEILINGS.figures, *DEVICE))


def aspect(seconds: float) -> Aspect:
    return Aspect(seconds=seconds, low=seconds, high=seconds)


def sample(dtype: str = "float32") -> Sample:
    return Sample(
        workload="add", dtype=dtype, size=2**20, cpu=aspect(1e-2), kernel=aspect(1e-4), latency=aspect(1e-3),
        locked=aspect(2e-3), trials=(),
    )  # fmt: skip


def test_each_time_has_the_ceiling_that_binds_it() -> None:
    ready = checked(CATALOGUE, ADD, "float32", 2**20)
    found = list(bounds_of(sample(), ready, LIMITS, threads=1, device="cuda"))
    assert [(what, ceiling) for what, ceiling, _ in found] == [
        ("CPU", found[0][1]),
        ("kernel", found[1][1]),
        ("latency", "dispatch"),
        ("page-locked", "transfer"),
    ]
    assert found[1][1] not in {"dispatch", "transfer"}
    assert found[2][2] == pytest.approx(8e-6 / 1e-3)
    assert found[3][2] == pytest.approx((2**23 / 50e9 + 2**22 / 25e9) / 2e-3)


def test_what_is_projected_has_none() -> None:
    ready = checked(CATALOGUE, ADD, "float32", 2**20)
    assert [what for what, _, _ in bounds_of(sample(), ready, LIMITS, threads=1, device="")] == ["CPU"]


def test_a_device_without_ceilings_has_none() -> None:
    ready = checked(CATALOGUE, ADD, "float32", 2**20)
    assert [what for what, _, _ in bounds_of(sample(), ready, CEILINGS, threads=1, device="cuda")] == ["CPU"]
