"""What the pictures of a tensor cost, in time and bytes, beside those of the tools that draw arrays in notebooks.

Peers are optional: one that is not installed is a skipped row. Each is called as its manual says, for what it puts in a
notebook: treescope's HTML with its array visualiser on, rainbow-tensor's SVG of a memory view. treescope cannot draw a
tensor of torch 2.13 (it reads ``Tensor.names``): that row is skipped and says so, and it is timed on the array beside.
"""

from __future__ import annotations

import importlib
import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import tensorlab

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

SECONDS = 0.05
"""That a picture may take."""
MOST_BYTES = {"html": 100_000, "svg": 64_000, "text": 100_000}
TENSORS: dict[str, Callable[[], torch.Tensor]] = {
    "4x6": lambda: torch.arange(24.0).reshape(4, 6),
    "1e6": lambda: torch.arange(1e6),
    "expanded, 1e9": lambda: torch.ones(1).expand(10**9),
    "5 axes": lambda: torch.arange(48.0).reshape(2, 2, 2, 2, 3),
}
FORMS: dict[str, Callable[[tensorlab.Figure], str]] = {
    "html": lambda figure: figure._repr_html_(),
    "svg": lambda figure: figure.svg(),
    "text": lambda figure: figure.text(),
}


@pytest.mark.benchmark(group="pictures", max_time=0.3)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TENSORS)
def test_picture(name: str, form: str, benchmark: BenchmarkFixture) -> None:
    tensor = TENSORS[name]()
    drawn = benchmark(partial(_ours, form, tensor))
    size = benchmark.extra_info["bytes"] = len(drawn.encode())
    if benchmark.stats is not None:
        taken = benchmark.extra_info["of 50 ms"] = benchmark.stats.stats.median / SECONDS
        if taken > 1:
            pytest.fail(f"{form} of {name} takes {taken * SECONDS * 1e3:.0f} ms; {SECONDS * 1e3:.0f} at most")
    if size > MOST_BYTES[form]:
        pytest.fail(f"{form} of {name} takes {size:,} B; {MOST_BYTES[form]:,} at most")


MANY: dict[str, Callable[[], tensorlab.Figure]] = {
    "60 fields of hostile names": lambda: tensorlab.show(
        np.ma.zeros(3, [(f"&<{n}" + "\u65e5<&" * 3000, "f8") for n in range(60)])
    ),
    "30 views of one storage": lambda: tensorlab.show(*_tails(30)),
    "50 objects": lambda: tensorlab.show(*[torch.arange(24.0).reshape(4, 6) for _ in range(50)]),
    "1000 objects": lambda: tensorlab.show(*[torch.arange(100.0)[n % 100 :] for n in range(1000)]),
}
"""Pictures of which only a part is drawn: the scene is made before, the drawing is timed."""


@pytest.mark.benchmark(group="pictures of much", max_time=0.3)
@pytest.mark.parametrize("name", MANY)
def test_much(name: str, benchmark: BenchmarkFixture) -> None:
    size = len(benchmark(MANY[name]().svg).encode())
    benchmark.extra_info["bytes"] = size
    if benchmark.stats is not None:
        benchmark.extra_info["of 50 ms"] = benchmark.stats.stats.median / SECONDS
    if size > MOST_BYTES["svg"]:
        pytest.fail(f"svg of {name} takes {size:,} B; {MOST_BYTES['svg']:,} at most")


def _tails(count: int) -> list[torch.Tensor]:
    storage = torch.arange(100.0)
    return [storage[n:] for n in range(count)]


def _ours(form: str, tensor: torch.Tensor) -> str:
    return FORMS[form](tensorlab.show(tensor))


def _treescope(thing: object) -> str:
    peer = _peer("treescope")
    with peer.active_autovisualizer.set_scoped(peer.ArrayAutovisualizer()):
        drawn: str = peer.render_to_html(thing)
    return drawn


def _rainbow_tensor(thing: object) -> str:
    drawn: str = _peer("rainbow_tensor").memory(thing)._repr_svg_()
    return drawn


def _array(tensor: torch.Tensor) -> object:
    """The array beside: torch gives an array of an expanded tensor as it is."""
    return tensor.numpy()


def _as_it_is(tensor: torch.Tensor) -> object:
    return tensor


PEERS: dict[str, tuple[Callable[[object], str], Callable[[torch.Tensor], object]]] = {
    "treescope, the tensor": (_treescope, _as_it_is),
    "treescope, the array": (_treescope, _array),
    "rainbow-tensor, the tensor": (_rainbow_tensor, _as_it_is),
}
"""Tool -> what it draws in a notebook, and of what."""


@pytest.mark.benchmark(group="pictures of others", max_time=0.3)
@pytest.mark.parametrize("tool", PEERS)
@pytest.mark.parametrize("name", TENSORS)
def test_beside_others(name: str, tool: str, benchmark: BenchmarkFixture) -> None:
    draw, of = PEERS[tool]
    tensor = TENSORS[name]()
    thing = of(tensor)
    try:
        drawn = draw(thing)
    except AttributeError as error:
        pytest.skip(f"{tool.split(',', maxsplit=1)[0]} fails on a tensor of torch {torch.__version__}: {error}")
    benchmark.extra_info["bytes"] = len(drawn.encode())
    for form in ("html", "svg"):
        ours, theirs = _in_turn(partial(_ours, form, tensor), partial(draw, thing))
        benchmark.extra_info[f"tensorlab's {form} takes, times this"] = ours / theirs
    benchmark(draw, thing)


def _peer(name: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(name)
    except ImportError as error:
        pytest.skip(f"not installed: {error}")


def _in_turn(one: Callable[[], object], other: Callable[[], object], rounds: int = 30) -> tuple[float, float]:
    """The median of each in CPU time, call by call in turn."""
    for warm_up in (one, other):
        warm_up()
    pairs = [(_seconds(one), _seconds(other)) for _ in range(rounds)]
    return median(first for first, _ in pairs), median(second for _, second in pairs)


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start
