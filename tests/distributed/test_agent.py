from __future__ import annotations

import json
from typing import TYPE_CHECKING

from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from tensorlab.distributed import agent
from tensorlab.distributed.journal import AGENT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def left(folder: Path) -> object:
    return json.loads((folder / AGENT).read_text())


def test_ranks_that_failed_are_left_with_their_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torchrun(arguments: list[str]) -> None:
        assert arguments == ["-m", "x"]
        raise ChildFailedError("x", {1: ProcessFailure(local_rank=1, pid=4, exitcode=-9, error_file="none")})

    monkeypatch.setattr(agent, "torchrun", torchrun)
    assert agent.run(tmp_path, ["-m", "x"]) == 1
    assert left(tmp_path) == {"codes": {"1": -9}}


def test_what_keeps_torchrun_from_starting_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torchrun(arguments: list[str]) -> None:
        raise ConnectionError(f"no way to {arguments[0]}\nat all")

    monkeypatch.setattr(agent, "torchrun", torchrun)
    assert agent.run(tmp_path, ["there"]) == 1
    assert left(tmp_path) == {"error": "ConnectionError: no way to there"}


def test_nothing_is_left_of_what_went_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "torchrun", lambda arguments: None)  # noqa: ARG005 - torchrun's own signature
    assert agent.run(tmp_path, []) == 0
    assert not list(tmp_path.iterdir())
