from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laboratory import case

from tensorlab.bench.budget import bytes_checked, bytes_needed, free_memory, seconds_a_call

if TYPE_CHECKING:
    from pathlib import Path


def machine(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / {"meminfo": "proc/meminfo"}.get(name, f"sys/fs/cgroup/memory.{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_where_nothing_is_computed_elements_count() -> None:
    assert seconds_a_call(case(flops=0), 1000, 1e-9) == pytest.approx(1e-6)
    assert seconds_a_call(case(flops=5000), 1000, 1e-9) == pytest.approx(5e-6)


def test_a_list_needs_a_box_for_each_element() -> None:
    assert bytes_needed(case(), 4, 0) == 16_000
    assert bytes_needed(case(), 4, 28) == 16_000 * 8
    assert bytes_checked(case(), 4) == 40_000


def test_memory_is_what_the_system_says() -> None:
    free = free_memory()
    assert free is None or free > 0


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({}, None),
        ({"meminfo": "MemTotal: 9 kB\nMemAvailable:    5 kB\n"}, 5 * 1024),
        ({"meminfo": "MemTotal: 9 kB\n"}, None),
        ({"meminfo": "MemAvailable: 5 kB\n", "max": "max\n", "current": "1\n"}, 5 * 1024),
        ({"meminfo": "MemAvailable: 5 kB\n", "max": "3000\n", "current": "1000\n"}, 2000),
        ({"max": "3000\n", "current": "1000\n", "stat": "anon 100\ninactive_file 500\n"}, 2500),
        ({"max": "3000\n"}, None),
    ],
)
def test_the_control_group_may_allow_less(tmp_path: Path, files: dict[str, str], free: int | None) -> None:
    assert free_memory(machine(tmp_path, **files)) == free
