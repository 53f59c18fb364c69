from __future__ import annotations

import os

import pytest

from tensorlab.bench.conversions import child
from tensorlab.bench.conversions.child import tried
from tensorlab.bench.conversions.sources import SOURCES
from tensorlab.process.record import Failed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_what_ends_a_process_ends_a_fork() -> None:
    found = tried("ndarray, negative stride", "torch.from_dlpack")
    assert found.outcome in {"dies", "refuses", "shares"}  # later torch may know better
    assert found.outcome != "dies" or found.reason == "ended by SIGABRT"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("ended by SIGSEGV", "dies"), ("no answer within 5 s", "hangs"), ("MemoryError: ", "untried")],
)
def test_how_a_fork_ended(reason: str, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "ask_fork", lambda *_, **__: Failed(reason))
    assert (tried("ndarray", "list").outcome, tried("ndarray", "list").reason) == (outcome, reason)


def test_without_forks_what_may_die_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "AVAILABLE", False)
    for source, call in child.MAY_DIE:
        assert call in SOURCES[source].calls.split()
        assert tried(source, call).reason == "this system cannot fork"
    assert tried("ndarray", "np.asarray").outcome == "shares"
