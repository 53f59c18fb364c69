from __future__ import annotations

from dataclasses import replace

from tensorlab.bench.chasing.record import Trial
from tensorlab.bench.crossing.projecting import MODELS
from tensorlab.bench.crossing.record import Aspect, Crossing, Crossings, Sample
from tensorlab.diagram.crossing import crossings_scene
from tensorlab.render.figure import Figure


def aspect(seconds: float) -> Aspect:
    return Aspect(seconds=seconds, low=seconds * 0.9, high=seconds * 1.1)


def sample(size: int) -> Sample:
    return Sample(
        workload="add", dtype="float32", size=size, cpu=aspect(size * 1e-9), kernel=aspect(size * 1e-11),
        latency=aspect(1e-5 + size * 1e-11), locked=aspect(2e-5 + size * 1e-10),
        trials=(("none", Trial(size=size, ratio=1.0, low=0.9, high=1.1)),), discarded=2,
    )  # fmt: skip


RUN = Crossings(
    machine="a machine",
    device="cuda",
    threads=1,
    model=MODELS["h100"],
    crossings=(
        Crossing(
            workload="add", unit="elements", dtype="float32", device="cuda", transfer="none", projected=True, size=9000,
            low=4096, high=16384, least=16, most=65536,
        ),
        Crossing(
            workload="add", unit="elements", dtype="float32", device="cuda", transfer="page-locked", projected=True,
            size=None, least=16, most=65536,
        ),
    ),
    samples=(sample(1024), sample(9000), sample(65536)),
    missing=("matmul float16: why",),
)  # fmt: skip


def test_the_tables_of_a_projection() -> None:
    lines = Figure(RUN, crossings_scene(RUN)).text(width=80).splitlines()
    assert lines[:14] == [
        "CPU against cuda: 1 thread of a machine",
        "projected: there is no cuda device here; its times follow from the figures of",
        "  NVIDIA H100 SXM 80 GB: NVIDIA H100 Tensor Core GPU data sheet: 3.35 TB/s,",
        "  dense products, PCIe Gen5 x16",
        "",
        "add, float32: where cuda overtakes the CPU",
        "transfer                       elements         interval  device",
        "without transfer                  9,000  [4,096, 16,384]  projected",
        "with transfer, page-locked  past 65,536                   projected",
        "",
        "add, float32: a call, the device projected",
        "elements      CPU   kernel  latency  page-locked",
        "   1,024  1.02 µs  10.2 ns  10.0 µs      20.1 µs",
        "  65,536  65.5 µs   655 ns  10.7 µs      26.6 µs",
    ]


def test_the_part_of_the_limit_that_binds_has_a_table() -> None:
    assert "part of the limit" not in Figure(RUN, crossings_scene(RUN)).text()
    bounds = (("CPU", "DRAM", 0.5), ("page-locked", "transfer", 1.2))
    judged = replace(RUN, samples=(replace(sample(1024), bounds=bounds), sample(65536)))
    text = Figure(judged, crossings_scene(judged)).text(width=80)
    assert (
        "add, float32: part of the limit that binds\n"
        "elements          CPU       page-locked\n"
        "   1,024  50% of DRAM  120% of transfer\n"
        "  65,536            -                 -\n"
    ) in text


def test_a_measured_run_projects_nothing() -> None:
    crossings = tuple(replace(one, projected=False) for one in RUN.crossings)
    text = Figure(RUN, crossings_scene(replace(RUN, model=None, crossings=crossings))).text(width=80)
    assert "projected" not in text
    assert "measured" in text
    assert "6 blocks were thrown away: the device was held back while they ran" in text


def test_the_plot_is_labelled_and_what_is_missing_is_told() -> None:
    figure = Figure(RUN, crossings_scene(RUN))
    text = figure.text(ascii=True)
    assert text.isascii()
    assert "cuda without transfer, projected" in text
    assert "matmul float16: why" in text
    assert "float32: TF32 off, products keep all bits" in text
    assert "cuda with transfer, page-locked, projected" in figure.svg()
