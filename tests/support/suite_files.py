"""Files as pytest-benchmark writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = {
    "node": "a-host-name",
    "processor": "x86_64",
    "machine": "x86_64",
    "python_implementation": "CPython",
    "python_version": "3.12.1",
    "release": "6.1.0",
    "system": "Linux",
    "cpu": {"brand_raw": "Some CPU", "count": 8},
}


def row(**changes: Any) -> dict[str, Any]:
    """A benchmark as version 5 writes it."""
    usual = {
        "group": None,
        "name": "test_sort[100]",
        "fullname": "tests/test_sort.py::test_sort[100]",
        "params": {"n": 100},
        "param": "100",
        "extra_info": {},
        "options": {"disable_gc": False, "timer": "perf_counter", "min_rounds": 5, "max_time": 1.0},
        "stats": {"median": 2e-6, "rounds": 3, "iterations": 10, "data": [1e-6, 2e-6, 3e-6]},
    }
    return {**usual, **changes}


def written(path: Path, *rows: Any, **changes: Any) -> Path:
    data = {"machine_info": MACHINE, "commit_info": {}, "benchmarks": [*rows], "version": "5.3.1"}
    path.write_text(json.dumps({**data, "datetime": "2026-01-31T13:00:00.5+01:00", **changes}), encoding="utf-8")
    return path
