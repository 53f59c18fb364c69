from __future__ import annotations

from dataclasses import replace

from support.reports import crossings

from tensorlab.page.report.devices import device_charts


def test_a_device_that_is_not_there_is_projected() -> None:
    (chart,) = device_charts(crossings())
    assert chart.title == "add float32: cpu and cuda, cuda projected"
    assert [(curve.name, curve.line) for curve in chart.curves] == [
        ("cpu", "solid"),
        ("cuda without transfer", "dashed"),
        ("cuda with transfer, page-locked", "dashed"),
    ]
    assert chart.notes[0] == "cuda wins from 10,000 elements on [8,000, 12,000], without transfer (projected)"
    assert "cuda was not there" in chart.notes[-1]
    assert chart.curves[1].points[0].told.endswith("add float32 1,000: 10.0 µs [9.00 µs, 11.0 µs]")


def test_one_that_is_there_is_not() -> None:
    (chart,) = device_charts(replace(crossings(), model=None))
    assert "projected" not in chart.title
    assert {curve.line for curve in chart.curves} == {"solid"}
