"""What breaks a backward, and why gradients are not there: sentences first, then the facts in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.sections import section
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.autograd.findings.record import Check, Finding, GradVerdict, ModuleVerdict
    from tensorlab.autograd.findings.report import ScriptReport
    from tensorlab.scene.record import Element, Role

MOST_WRITES = 6
"""Of one saved tensor."""
MOST_FINDINGS = 12
_FINE = frozenset({"has grad"})
_DOUBTFUL = frozenset({"unknown", "grad is zero"})


def check_scene(check: Check) -> Group:
    """The findings, what torch meets first comes first; or that there is none."""
    return Group((_summary(check.summary, bad=bool(check.findings)), *_findings(check.findings)), title="check")


def _summary(words: str, *, bad: bool) -> Text:
    return Text((Span(words, "strong" if bad else "good"),))


def _findings(findings: tuple[Finding, ...]) -> list[Element]:
    found: list[Element] = [Group(tuple(_finding(finding))) for finding in findings[:MOST_FINDINGS]]
    rest = len(findings) - MOST_FINDINGS
    return [*found, Text((Span(f"... {rest:,} more", "dim"),))] if rest > 0 else found


def _finding(finding: Finding) -> list[Element]:
    role: Role = "unknown" if finding.trouble == "unknown" else "bad"
    lines: list[Element] = [Text((Span(str(finding), role),))]
    rows = list(_rows(finding))
    if rows:
        lines.append(Table(("what", "by", "line", "version"), tuple(_row(*row) for row in rows)))
    if finding.cure:
        lines.append(Text((Span(f"cure: {finding.cure}", "dim"),)))
    return lines


def _rows(finding: Finding) -> Iterable[tuple[str, str, str, str]]:
    """Saved, then each write; nothing where the sentence is all that there is."""
    if finding.text or not finding.node:
        return
    place = f"{finding.line} {finding.module}".strip()
    yield "saved", f"{finding.node}.{finding.slot}", place, "" if finding.version is None else f"v{finding.version}"
    for write in finding.writes[:MOST_WRITES]:
        moved = "not counted" if write.versions is None else f"v{write.versions[0]} -> v{write.versions[1]}"
        yield "written", write.op, write.line, moved
    rest = len(finding.writes) - MOST_WRITES
    if rest > 0:
        yield f"... {rest:,} more", "", "", ""


def _row(*words: str) -> tuple[Cell, ...]:
    return tuple(Cell(Span(word)) for word in words)


def verdict_scene(verdict: GradVerdict) -> Group:
    """The sentence, and what to do."""
    lines = [Text((Span(str(verdict), _role(verdict)),))]
    if verdict.cure:
        lines.append(Text((Span(f"cure: {verdict.cure}", "dim"),)))
    return Group(tuple(lines))


def _role(verdict: GradVerdict) -> Role:
    if verdict.verdict in _FINE:
        return "good"
    return "unknown" if verdict.verdict in _DOUBTFUL else "bad"


def module_scene(module: ModuleVerdict) -> Group:
    """How many parameters have no gradient, then a row for each."""
    children: list[Element] = [_summary(module.summary, bad=bool(module.missing))]
    if module.verdicts:
        children.append(_verdicts(module.verdicts))
    children += section(_cures(module.missing))
    return Group(tuple(children), title="gradients")


def _verdicts(verdicts: tuple[GradVerdict, ...]) -> Table:
    rows = (
        (
            Cell(Span(verdict.name)),
            Cell(Span(verdict.verdict, _role(verdict))),
            Cell(Span(f"{verdict.op} {verdict.line}".strip())),
            Cell(Span(verdict.text)),
        )
        for verdict in verdicts
    )
    return Table(("tensor", "gradient", "by", "why"), tuple(rows))


def _cures(verdicts: tuple[GradVerdict, ...]) -> list[Text]:
    cures = dict.fromkeys(verdict.cure for verdict in verdicts if verdict.cure)
    return [Text((Span(f"cure: {cure}", "dim"),)) for cure in cures]


def script_scene(report: ScriptReport) -> Group:
    """All that was found while a script ran."""
    children: list[Element] = [] if report.found else [_summary(report.summary, bad=False)]
    children += _findings(report.findings)
    if report.verdicts:
        children.append(_verdicts(report.verdicts))
    children += section(_cures(report.missing))
    return Group(tuple(children), title=f"{report.task} {report.script}")
