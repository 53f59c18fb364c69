"""Layouts a second: the seeded sweep of the tester, whole, beside Hypothesis drawing as small tensors, in one process.

The sweep draws, places, calls, compares the result and every byte of the storage; Hypothesis draws and calls. The first
round of a process makes the layouts, the ones after it find them made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tensorlab.testing.checks import check_layouts
from tensorlab.testing.strategies.tensor_drawing import tensors

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

EXAMPLES = 2000
SETTINGS = settings(
    max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def swept() -> None:
    assert check_layouts(torch.neg, "float32[...]", examples=EXAMPLES, shrunk=False).tested == EXAMPLES


def swept_two() -> None:
    report = check_layouts(torch.add, "float32[...]", "float32[...]", examples=EXAMPLES, shrunk=False)
    assert report.tested == EXAMPLES


@SETTINGS
@given(tensors(dtype=torch.float32))
def drawn(x: torch.Tensor) -> None:
    torch.neg(x)


@SETTINGS
@given(st.lists(st.integers(-9, 9), min_size=6, max_size=6))
def drawn_lists(values: list[int]) -> None:
    torch.neg(torch.tensor(values))


@pytest.mark.parametrize(
    "run", [swept, swept_two, drawn, drawn_lists], ids=["sweep", "sweep of two", "strategy", "six integers"]
)
def test_layouts_a_second(run: Callable[[], Any], benchmark: BenchmarkFixture) -> None:
    benchmark.group = f"{EXAMPLES:,} examples of a trivial function"
    benchmark(run)
