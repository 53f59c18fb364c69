"""Pictures of findings, as they are printed at 80 columns."""

from __future__ import annotations

from tensorlab.autograd.findings.record import Check, Finding, GradVerdict, ModuleVerdict, Write
from tensorlab.autograd.findings.report import ScriptReport
from tensorlab.diagram.findings import check_scene, module_scene, script_scene, verdict_scene
from tensorlab.render.figure import Figure

WRITE = Write(op="div_", line="train.py:6", versions=(0, 1))
FINDING = Finding(
    node="SigmoidBackward0", slot="result", line="train.py:4", version=0, writes=(WRITE,), cure="clone it first"
)


def test_a_check_is_drawn_with_who_saved_and_who_wrote() -> None:
    text = Figure(None, check_scene(Check(findings=(FINDING,), slots=3))).text(ascii=True)
    assert text.splitlines()[:3] == [
        "check",
        "1 finding among 3 saved tensors",
        "",
    ]
    assert "SigmoidBackward0.result saved train.py:4 v0; written by div_ train.py:6 v0->v1" in text
    assert "written  div_" in text
    assert "cure: clone it first" in text


def test_no_finding_is_drawn_too() -> None:
    assert "nothing breaks this backward: it saved no tensor" in Figure(None, check_scene(Check())).text()


def test_many_findings_and_writes_are_cut_off() -> None:
    many = Finding(node="A", slot="x", version=0, writes=(WRITE,) * 9)
    text = Figure(None, check_scene(Check(findings=(many,) * 20, slots=20))).text()
    assert "... 8 more" in text
    assert "... 3 more" in text


def test_a_verdict_and_a_module() -> None:
    lost = GradVerdict(verdict="cut by detach", name="w", op="detach", line="t.py:1", text="gone", cure="leave it out")
    there = GradVerdict(verdict="has grad", name="b", text="there")
    assert (
        Figure(None, verdict_scene(lost)).text().startswith("w: cut by detach: detach t.py:1: gone\ncure: leave it out")
    )
    text = Figure(None, module_scene(ModuleVerdict(name="Net", verdicts=(lost, there)))).text()
    assert "1 of 2 parameters of Net gets no gradient" in text
    assert "w       cut by detach  detach t.py:1  gone" in text


def test_a_report_of_a_script() -> None:
    report = ScriptReport(script="t.py", task="check", backwards=1, slots=1, findings=(FINDING,))
    assert "check t.py" in Figure(None, script_scene(report)).text()
    assert "nothing found" in Figure(None, script_scene(ScriptReport(script="t.py", task="nan", backwards=1))).text()
