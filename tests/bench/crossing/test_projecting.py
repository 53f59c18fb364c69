from __future__ import annotations

from dataclasses import replace

import pytest
from support.ceilings import CEILINGS, figure

from tensorlab.bench.crossing.projecting import MODELS, SLACK, Work, from_ceilings, project
from tensorlab.errors import UnavailableError

WORK = Work(reads=8_000_000, writes=4_000_000, flops=1_000_000, dtype="float32", product=False)


@pytest.mark.parametrize("word", MODELS)
def test_every_stored_model_names_its_source_and_what_was_assumed(word: str) -> None:
    model = MODELS[word]
    assert "data sheet" in model.source
    assert "10 µs" in model.assumed
    assert model.slack == SLACK


@pytest.mark.parametrize("word", MODELS)
def test_a_call_takes_its_bytes_or_its_operations_whichever_is_longer(word: str) -> None:
    model = MODELS[word]
    told = project(model, WORK)
    assert told.kernel.low == pytest.approx(12e6 / model.bandwidth)
    assert told.latency.low == pytest.approx(told.kernel.low + 10e-6)
    assert told.locked.low == pytest.approx(told.latency.low + 8e6 / model.to_device + 4e6 / model.from_device)
    assert told.pageable is None  # no data sheet says it
    product = project(model, WORK._replace(flops=10**12, product=True))
    assert product.kernel.low == pytest.approx(1e12 / (model.peak("float32") or 0))
    assert product.kernel.high == pytest.approx(SLACK * product.kernel.low)


def test_a_product_that_the_device_has_not_has_no_figure() -> None:
    with pytest.raises(UnavailableError, match="NVIDIA T4 has no figure for products of bfloat16"):
        project(MODELS["t4"], WORK._replace(dtype="bfloat16", product=True))
    assert project(MODELS["t4"], WORK._replace(dtype="bfloat16")).kernel.low > 0


def test_ceilings_of_another_machine_make_a_model() -> None:
    ways = [(f"{way}, {kind}", rate) for way in ("host to device", "device to host")
            for kind, rate in (("pageable", 5e9), ("page-locked", 25e9))]  # fmt: skip
    own = (
        figure("copy", "a.copy_(b)", 2.0**20, "B", 9e11, device="cuda:0", clock="wall", working_set=2**20),
        figure("copy", "a.copy_(b)", 2.0**29, "B", 6e11, device="cuda:0", clock="wall", working_set=2**29),
        figure("compute", "torch.mm", 1e9, "FLOP", 5e13, device="cuda:0", clock="wall", dtype="float32"),
        figure("dispatch", "torch.add", 1.0, "call", 1 / 3e-6, device="cuda:0", clock="wall"),
        *(figure("transfer", name, 2.0**26, "B", rate, device="cuda:0", clock="wall") for name, rate in ways),
    )
    model = from_ceilings(replace(CEILINGS, figures=(*CEILINGS.figures, *own)), "cuda")
    assert model.source == "ceilings measured 2026-01-31T12:00:00Z on machine 0123456789ab"
    assert model.kind == "cuda"
    assert [model.bandwidth, model.to_device] == pytest.approx([6e11, 25e9])
    assert model.peak("float32") == pytest.approx(5e13)
    told = project(model, WORK)
    assert told.pageable is not None
    assert told.pageable.low > told.locked.low > told.latency.low > told.kernel.low


def test_ceilings_without_such_a_device_are_refused() -> None:
    with pytest.raises(UnavailableError, match="hold no cuda device; they are of cpu"):
        from_ceilings(CEILINGS, "cuda")
