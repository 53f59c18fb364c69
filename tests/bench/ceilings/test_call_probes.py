from __future__ import annotations

from tensorlab.bench.ceilings.call_probes import FRESH, PAGE, allocation_batch, call_batch
from tensorlab.bench.pairing.counters import read


def test_each_library_is_called_and_a_list_element_by_element() -> None:
    batch = call_batch()
    assert {probe.library for probe in batch.probes} == {"numpy", "torch", "python", "list"}
    for probe in batch.probes:
        probe.prepare()()
    assert {probe.unit for probe in batch.probes if probe.library == "list"} == {"element"}
    assert [probe.name for probe in batch.probes if probe.name.startswith("view: ")] == [
        "view: a.reshape(1, 1)",
        "view: a.view(1, 1)",
    ]


def test_each_page_is_touched_once() -> None:
    touch = allocation_batch().probes[0]
    assert touch.amount == FRESH
    call = touch.prepare()
    call()
    before = read().faults
    call()
    faults = read().faults - before
    huge = FRESH // (2 << 20)
    assert huge <= faults <= 1.1 * FRESH // PAGE
