from __future__ import annotations

import dataclasses

import pytest

from tensorlab.progress import Progress


def test_progress_is_data() -> None:
    step = Progress("matmul 512 torch", 3, 40)
    assert step == Progress(label="matmul 512 torch", done=3, total=40)
    assert hash(step) == hash(Progress("matmul 512 torch", 3, 40))
    with pytest.raises(dataclasses.FrozenInstanceError, match="done"):
        step.done = 4  # type: ignore[misc]  # what the test is about
