"""Files of runs: read, and held beside one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.bench.two_files.record import RunComparison
    from tensorlab.scene.record import Group


def compare_runs(first: str | Path, second: str | Path) -> RunComparison:
    """How long each case takes in the second file beside the first, with an interval and what may be claimed.

    Blocks that ran in turns are compared pair by pair; otherwise medians of processes, with a wider interval: measure
    with three processes or more, or a difference under 5% cannot be told.

    Raises:
        StoreError: A file cannot be read, or holds no runs.
        LayoutError: No case was measured in both.

    >>> import tensorlab, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = tensorlab.benchmark("add", sizes=8, devices="cpu", backends="numpy", output=f"{folder}/a.jsonl").path
    ...     print(compare_runs(path, path))
    add 8 numpy cpu float32: 1 [1, 1]: can't tell
    """
    from tensorlab.bench.store import load
    from tensorlab.bench.two_files.verdicts import compared

    return compared((str(first), load(Path(first))), (str(second), load(Path(second))))


def require_bound(bound: float) -> float:
    """The bound, where a ratio can lie above it.

    Raises:
        LayoutError: It is no finite number above 0.

    >>> require_bound(1.05)
    1.05
    """
    from math import isfinite

    from tensorlab.errors import LayoutError

    if not (isfinite(bound) and bound > 0):
        raise LayoutError(f"a bound is a ratio above 0; got {bound:g}", hint="for 5% more time: 1.05")
    return bound


def run_comparison_scene(comparison: RunComparison) -> Group:
    """The comparison as a table, for a renderer."""
    from tensorlab.diagram.run_comparison import comparison_scene

    return comparison_scene(comparison)
