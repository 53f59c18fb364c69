"""A finding as a picture: the verdict, how each argument lies in its storage, and the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.memory import Shown, elements, situated, title_of
from tensorlab.diagram.several import Several, several_scene
from tensorlab.layout.window import windows
from tensorlab.memory.record import MemoryMap, Storage
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text
from tensorlab.testing.arguments import NAMES
from tensorlab.testing.sentences import laid_words

if TYPE_CHECKING:
    from tensorlab.scene.record import Element
    from tensorlab.testing.record import Case, Finding, Laid, Report

_LIMITS = (1, 2, 3, 8, 16)
"""Cells along each axis, the last ones first."""
_MOST = 3
"""Reasons of one kind."""
_LONGEST = 120
"""Characters of a reason."""
_APART = 2**20
"""Bytes from one storage to the next, in a picture of arguments that were never there."""


def finding_scene(finding: Finding, *, script: bool = True) -> Group:
    """The verdict, the arguments and, where it is wanted, the script.

    >>> from tensorlab.testing.record import Case, Finding
    >>> one = Finding(verdict="CRASH", contract="pure", case=Case(arguments=()), message="ended by SIGABRT")
    >>> finding_scene(one).children[0].spans[0].text
    'CRASH (pure)'
    """
    verdict = Span(f"{finding.verdict} ({finding.contract})", "bad")
    children: list[Element] = [Text((verdict, Span(f": {finding.message}")))]
    children += case_elements(finding.case)
    if script and finding.script:
        children.append(Group(script_lines(finding), title="script"))
    return Group(tuple(children))


def script_lines(finding: Finding) -> tuple[Text, ...]:
    """The lines of the script.

    >>> from tensorlab.testing.record import Case, Finding
    >>> script_lines(Finding(verdict="CRASH", contract="pure", case=Case(arguments=()), message=""))
    ()
    """
    return tuple(Text((Span(line),)) for line in finding.script.splitlines())


def report_scene(report: Report, *, script: bool = True) -> Group:
    """The outcome in a sentence, each finding, then what was tested, refused and skipped.

    >>> from tensorlab.testing.record import Report
    >>> report_scene(Report(target="torch.neg", contract=("pure",), tested=9)).children[0].spans[0].text
    'keeps pure'
    """
    promises = " and ".join(report.contract)
    calls = f" in {counted(report.tested, 'call')}"
    if report.findings:
        words = (Span(f"breaks {promises}", "bad"), Span(f": {counted(len(report.findings), 'finding')}{calls}"))
    elif report.tested:
        words = (Span(f"keeps {promises}", "good"), Span(f"{calls}: nothing found"))
    else:
        words = (Span("nothing could be tested", "unknown"), Span(""))
    children: list[Element] = [Text(words)]
    children += [finding_scene(finding, script=script) for finding in report.findings]
    children.append(counts(report))
    return Group(tuple(children), title=report.target)


def counts(report: Report) -> Table:
    """What was tested, refused and skipped, and why; which classes of layouts there were.

    >>> from tensorlab.testing.record import Report
    >>> len(counts(Report(target="torch.neg", contract=("pure",), tested=9)).rows)
    2
    """
    rows = [("tested", f"{report.tested:,} calls, seed {report.seed}")]
    for word, reasons in (("refused", report.refused), ("skipped", report.skipped)):
        for number, (reason, times) in enumerate(reasons[:_MOST]):
            rows.append(("" if number else word, f"{times:,}: {_cut(reason)}"))
        if len(reasons) > _MOST:
            rows.append(("", f"… {counted(len(reasons) - _MOST, 'more reason')}"))
    if report.classes:
        rows.append(("classes", ", ".join(f"{name} {times:,}" for name, times in report.classes)))
    rows.append(("time", str(Quantity(report.seconds, "s"))))
    return Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows))


def _cut(reason: str) -> str:
    return reason if len(reason) <= _LONGEST else f"{reason[: _LONGEST - 2]} …"


def case_elements(case: Case, names: tuple[str, ...] = NAMES) -> list[Element]:
    """One argument as an object alone is drawn, several with each storage once.

    >>> from tensorlab.testing.record import Case
    >>> case_elements(Case(arguments=()))
    []
    """
    shared = {place: group[0] for group in case.together for place in group}
    shown = [
        (names[place % len(names)], _shown(laid, shared.get(place, place))) for place, laid in enumerate(case.arguments)
    ]
    if not shown:
        return []
    if len(shown) == 1:
        (placed,) = situated([shown[0][1]])
        words = Text((Span(laid_words(case.arguments[0])),))
        return [Group((words, *elements(placed)[1:]), title=f"{names[0]}: {title_of(placed.memory)}")]
    return [several_scene(Several(tuple(shown)))]


def _shown(laid: Laid, storage: int) -> Shown:
    """What is drawn of an argument: positions, since its elements may be any."""
    torch = laid.library == "torch"
    bits = frozenset(name for name, there in (("conj", laid.conj), ("neg", laid.neg)) if there)
    memory = MemoryMap(
        type="torch.Tensor" if torch else "numpy.ndarray",
        library=laid.library,
        shape=laid.layout.shape,
        dtype=laid.dtype,
        layout=laid.layout,
        storage=Storage(device="cpu", address=_APART * (storage + 1), nbytes=laid.nbytes, owner=laid.library),
        traits=bits,
    )
    return Shown(memory, windows(laid.layout, _LIMITS, slack=True))
