import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.process.forked import AVAILABLE
from tensorlab.testing import isolation
from tensorlab.testing.isolation import check_isolated
from tensorlab.testing.scripts import End

if TYPE_CHECKING:
    from tensorlab.progress import Progress

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="this system cannot fork")


@pytest.fixture(autouse=True)
def unscripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts are written, not run; simpler cases are looked for a little."""
    monkeypatch.setattr("tensorlab.testing.scripts._is_as_said", lambda end, finding: bool(end and finding))
    monkeypatch.setattr("tensorlab.testing.scripts._end_of", lambda script: End(1, script))
    monkeypatch.setattr(isolation, "_TRIES", 40)


def dies_transposed(x: torch.Tensor) -> torch.Tensor:
    if x.ndim == 2 and x.stride(0) == 1 and x.shape[0] > 1 and x.shape[1] > 1:
        os.abort()
    return x + 1


def test_a_death_is_a_finding_and_the_rest_goes_on() -> None:
    told: list[Progress] = []
    report = check_isolated(dies_transposed, "float32[n, m]", examples=60, watch=told.append)
    (finding,) = report.findings
    assert (finding.verdict, finding.message) == ("CRASH", "the process was ended by SIGABRT")
    assert "permuted" in finding.case.arguments[0].classes
    assert finding.confirmed
    assert finding.script.endswith("dies_transposed(x)")
    assert report.tested == 60
    assert "not called: they lie as what ended a process" in dict(report.skipped)
    assert [one.label for one in told][:2] == ["layouts, in process 1", "layouts, in process 2"]


def test_another_finding_comes_through() -> None:
    report = check_isolated(
        lambda x: x.as_strided(x.shape, torch.empty(x.shape).stride()), "float32[n, m]", examples=40, shrunk=False
    )
    assert [one.verdict for one in report.findings] == ["SILENT-WRONG"]


def test_a_sound_function_is_sound_in_another_process() -> None:
    report = check_isolated(torch.neg, "float32[n]", examples=20, seed=3)
    assert (report.tested, report.passed, report.seed) == (20, True, 3)


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_CHILDREN", 1)
    monkeypatch.setattr(isolation, "_CASE_SECONDS", 0.5)

    def waits(x: torch.Tensor) -> torch.Tensor:
        if not x.is_contiguous():
            time.sleep(60)
        return x

    report = check_isolated(waits, "float32[n, m]", examples=20, seconds=2)
    assert report.findings[0].message == "the process hung for 2 s"
    assert report.skipped == (("1 processes died: the rest was given up", 1),)


def test_a_death_on_contiguous_arguments_is_no_finding() -> None:
    def dies(_x: torch.Tensor) -> None:
        os.abort()

    with pytest.raises(UnsupportedError, match="a process died on contiguous arguments: ended by SIGABRT"):
        check_isolated(dies, "float32[n]", examples=5)


def test_no_fork_no_isolation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "AVAILABLE", False)
    with pytest.raises(UnavailableError, match="this system cannot fork"):
        check_isolated(torch.neg, "float32[n]")


@pytest.mark.parametrize("code", [0, 3])
def test_a_process_that_ends_itself_is_a_finding(code: int) -> None:
    def leaves(x: torch.Tensor) -> torch.Tensor:
        if not x.is_contiguous():
            os._exit(code)
        return x * 2

    report = check_isolated(leaves, "float32[n, m]", examples=30)
    assert [one.verdict for one in report.findings] == ["CRASH"]
    assert report.findings[0].message == f"the process ended with exit code {code} before it answered"


def test_an_exit_is_refused_as_an_exception_is() -> None:
    def leaves(x: torch.Tensor) -> torch.Tensor:
        if not x.is_contiguous():
            sys.exit(3)
        return x * 2

    (finding,) = check_isolated(leaves, "float32[n, m]", contract="total", examples=30).findings
    assert finding.verdict == "REFUSED"


def test_each_call_has_the_time_of_its_own() -> None:
    def slow(x: torch.Tensor) -> torch.Tensor:
        time.sleep(0.05)
        return x

    assert check_isolated(slow, "float32[n]", examples=20, seconds=0.8).passed


def test_processes_hang_twice_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_CASE_SECONDS", 0.2)

    def waits(x: torch.Tensor) -> torch.Tensor:
        if not x.is_contiguous():
            time.sleep(60)
        return x

    report = check_isolated(waits, "float32[n, m]", examples=20, seconds=0.4)
    assert [one.message for one in report.findings] == ["the process hung for 0.4 s"]
    assert report.skipped == (("2 processes died: the rest was given up", 1),)
    with pytest.raises(UnsupportedError, match="seconds is a time above 0; got 0"):
        check_isolated(torch.neg, "float32[n]", seconds=0)
