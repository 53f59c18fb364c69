"""What is said of a script that was run."""

from __future__ import annotations

from tensorlab.autograd.findings.record import Finding, GradVerdict
from tensorlab.autograd.findings.report import ScriptReport


def test_a_report_of_a_script_says_when_there_is_nothing() -> None:
    report = ScriptReport(script="t.py", task="why", backwards=1, verdicts=(GradVerdict(verdict="has grad", name="w"),))
    assert not report.found
    assert str(report) == "w: has grad\nnothing found: 1 backward call of t.py, 1 tensor looked at"
    assert str(ScriptReport(script="t.py", task="check")) == "nothing found: t.py called no backward"
    lost = ScriptReport(script="t.py", task="why", verdicts=(GradVerdict(verdict="unreachable", name="w"),))
    assert lost.found
    assert not ScriptReport(script="t.py", task="why", verdicts=(GradVerdict(verdict="set to None"),)).found


def test_what_is_not_finite_is_a_finding_as_others_are() -> None:
    born = Finding(trouble="not finite", node="SqrtBackward0", line="t.py:1", text="NaN first made by SqrtBackward0")
    report = ScriptReport(script="t.py", task="nan", backwards=1, findings=(born,), notes=("backward was run",))
    assert report.found
    assert str(report) == "NaN first made by SqrtBackward0\nbackward was run"
