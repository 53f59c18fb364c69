import json
from collections.abc import Callable
from itertools import count

import pytest
import torch
from torch import nn

from tensorlab.bench.host.fingerprint import usable_processors
from tensorlab.codec import decode, encode
from tensorlab.errors import LayoutError, UnavailableError, UnknownNameError
from tensorlab.models import layer_times
from tensorlab.models.layer_times import Pace, clock_of, measure_layers, needed_bytes, one_round, time_rounds
from tensorlab.models.layers import ALEXNET, costs, image_shape
from tensorlab.models.record import LayerTimes

SHORT = Pace(seconds=0.0, fewest=2, most=2, warmups=0)


def ticking(step: float = 1.0) -> Callable[[], float]:
    """A clock that goes on by a step at each look."""
    ticks = count()
    return lambda: step * next(ticks)


class Note(nn.Module):
    """Adds one and notes that it ran."""

    def __init__(self, calls: list[str], name: str) -> None:
        super().__init__()
        self.calls, self.name = calls, name

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        self.calls.append(self.name)
        return values + 1


def test_a_round_runs_each_module_once_in_order_between_two_looks_at_the_clock() -> None:
    calls: list[str] = []
    modules = tuple(Note(calls, name) for name in "abc")
    assert one_round(modules, torch.zeros(1), ticking(0.5)) == [0.5, 0.5, 0.5]
    assert calls == ["a", "b", "c"]


def test_layered_and_whole_passes_take_turns_and_warm_ups_are_not_counted() -> None:
    calls: list[str] = []
    part, whole = Note(calls, "part"), Note(calls, "whole")
    walls, found = time_rounds((part, part), whole, torch.zeros(1), ticking(), Pace(0.0, fewest=2, most=9, warmups=1))
    assert calls == ["part"] * 2 + ["part", "part", "whole"] * 2
    assert walls == ((1.0, 1.0), (1.0, 1.0))
    assert found == (1.0, 1.0)


@pytest.mark.parametrize(
    ("pace", "rounds"), [(Pace(0.0, 3, 9, 0), 3), (Pace(1e9, 3, 9, 0), 9), (Pace(20.0, 1, 99, 0), 4)]
)
def test_rounds_go_on_until_the_time_is_over(pace: Pace, rounds: int) -> None:
    note = Note([], "x")
    _, whole = time_rounds((note,), note, torch.zeros(1), ticking(), pace)
    assert len(whole) == rounds


def test_an_accelerators_clock_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(layer_times, "synchronize", waited.append)
    now = clock_of("cuda:1")
    assert now() <= now()
    assert waited == ["cuda:1", "cuda:1"]


def test_alexnet_is_measured_layer_by_layer() -> None:
    threads = torch.get_num_threads()
    times = measure_layers(1, threads=1, seed=4, pace=SHORT)
    assert tuple(layer.cost for layer in times.layers) == costs(ALEXNET, image_shape(1))
    assert all(len(layer.wall) == 2 and min(layer.wall) > 0 for layer in times.layers)
    assert (times.batch, times.threads, times.seed, times.device) == (1, 1, 4, "cpu")
    assert torch.get_num_threads() == threads
    assert decode(LayerTimes, json.loads(json.dumps(encode(times)))) == times


@pytest.mark.parametrize("batch", [0, -1])
def test_a_batch_without_images_is_refused(batch: int) -> None:
    with pytest.raises(LayoutError, match=f"a batch is a whole number of 1 or more; got {batch}"):
        measure_layers(batch)


def test_threads_that_cannot_be_are_refused() -> None:
    with pytest.raises(LayoutError, match='threads are a whole number of 1 or more, or "all"; got 0'):
        measure_layers(1, threads=0)
    with pytest.raises(LayoutError, match=r"threads at most, .*; got 100000"):
        measure_layers(1, threads=100_000)


def test_more_threads_than_processors_are_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_times, "usable_processors", lambda: 1)
    times = measure_layers(1, threads=2, pace=SHORT)
    assert times.doubts[0].text == "2 threads on 1 usable processor"


def test_all_processors_and_a_torch_device_may_be_asked_for() -> None:
    times = measure_layers(1, device=torch.device("cpu"), threads="all", pace=SHORT)
    assert (times.device, times.threads) == ("cpu", usable_processors())


def test_devices_that_are_mistyped_or_absent_are_told_apart() -> None:
    with pytest.raises(UnknownNameError, match="no device is called 'cudda'\nhint: did you mean 'cuda'"):
        measure_layers(1, device="cudda")
    with pytest.raises(UnavailableError, match="reports no mtia device"):
        measure_layers(1, device="mtia")


def test_a_batch_beyond_memory_is_refused_before_anything_is_allocated() -> None:
    with pytest.raises(LayoutError, match=r"a batch of 1,000,000,000 needs at least \d\S* [TP]B; cpu has"):
        measure_layers(1_000_000_000)


def test_an_allocators_refusal_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB")

    monkeypatch.setattr(layer_times, "time_rounds", refuse)
    with pytest.raises(LayoutError, match="a batch of 1 does not fit into the memory of cpu"):
        measure_layers(1, pace=SHORT)


def test_another_error_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr(layer_times, "time_rounds", fail)
    with pytest.raises(RuntimeError, match="something else"):
        measure_layers(1, pace=SHORT)


def test_needed_bytes_grow_by_what_is_alive_at_the_widest_place() -> None:
    one, two = needed_bytes(image_shape(1)), needed_bytes(image_shape(2))
    assert two - one == 4 * (3 * 224 * 224 + 2 * 64 * 55 * 55)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that torch can use")
def test_a_gpu_is_measured() -> None:
    times = measure_layers(2, device="cuda", pace=SHORT)
    assert times.device == "cuda"
    assert all(min(layer.wall) > 0 for layer in times.layers)
