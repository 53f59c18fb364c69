"""What a test came to, in words."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from tensorlab.quantity import counted, listed

if TYPE_CHECKING:
    from tensorlab.testing.record import Case, Finding, Laid, Report

_MOST = 3
_WIDTH = 80
"""Of a terminal, in columns."""


def report_sentence(report: Report) -> str:
    """What was tested, what was not and why, and what was found.

    >>> from tensorlab.testing.record import Report
    >>> print(report_sentence(Report(target="f", contract=("pure",), tested=2, classes=(("permuted", 2),))))
    f keeps pure in 2 calls with arguments of 1 class of layouts: permuted.
    >>> print(report_sentence(Report(target="f", contract=("pure",), tested=0, skipped=(("contiguous: no", 9),))))
    f: nothing could be tested.
    9 skipped: contiguous: no (9).
    """
    lines = wrap(_first(report), width=_WIDTH)
    lines += [finding_sentence(finding) for finding in report.findings]
    for word, rows in (("refused", report.refused), ("skipped", report.skipped)):
        if rows:
            reasons = listed([f"{reason} ({times:,})" for reason, times in rows], _MOST)
            lines += wrap(f"{sum(times for _, times in rows):,} {word}: {reasons}.", width=_WIDTH)
    return "\n".join(lines)


def _first(report: Report) -> str:
    if not report.tested and not report.findings:
        return f"{report.target}: nothing could be tested."
    calls, names = counted(report.tested, "call"), [name for name, _ in report.classes]
    kinds = f"{len(names)} class{'' if len(names) == 1 else 'es'} of layouts: {', '.join(names)}"
    promise = " and ".join(report.contract)
    if report.passed:
        return f"{report.target} keeps {promise} in {calls} with arguments of {kinds}."
    return f"{report.target} breaks {promise}: {counted(len(report.findings), 'finding')} in {calls}."


def finding_sentence(finding: Finding, target: str = "") -> str:
    """The verdict, what lay how, and what came.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Case, Finding, Laid
    >>> columns = Layout((2, 2), (4, 8), itemsize=4)
    >>> laid = Laid(layout=columns, dtype=dtype("float32"), nbytes=20, classes=frozenset({"permuted"}))
    >>> message = "result: element (0,) is 2.0, not 1.0"
    >>> case = Case(arguments=(laid,))
    >>> print(finding_sentence(Finding(verdict="SILENT-WRONG", contract="value", case=case, message=message)))
    SILENT-WRONG (value): result: element (0,) is 2.0, not 1.0.
      argument 0: float32 (2, 2), strides (1, 2), offset 0 elements: permuted
    """
    words = f"{target and target + ': '}{finding.verdict} ({finding.contract}): {finding.message.rstrip('.')}."
    lines = wrap(words, width=_WIDTH, break_on_hyphens=False, break_long_words=False)
    for line in case_lines(finding.case):
        lines += wrap(line, width=_WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def case_lines(case: Case) -> list[str]:
    """How each argument lies, one line each."""
    lines = [f"argument {number}: {laid_words(laid)}" for number, laid in enumerate(case.arguments)]
    return lines + [f"arguments {' and '.join(map(str, group))} lie in one storage" for group in case.together]


def laid_words(laid: Laid) -> str:
    """Dtype, shape, strides, offset and classes: in elements where they are whole.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Laid
    >>> odd = Layout((2,), (5,), offset=3, itemsize=4)
    >>> laid_words(Laid(layout=odd, dtype=dtype("float32"), nbytes=12, classes=frozenset(), library="numpy"))
    'float32 (2,), strides (5,), offset 3 bytes'
    """
    layout, size = laid.layout, laid.dtype.itemsize
    strides, offset, unit = layout.strides, layout.offset, "bytes"
    if size and not any(number % size for number in (*strides, offset)):
        strides, offset, unit = tuple(stride // size for stride in strides), offset // size, "elements"
    classes = f": {', '.join(sorted(laid.classes))}" if laid.classes else ""
    return f"{laid.dtype.name} {layout.shape}, strides {strides}, offset {offset} {unit}{classes}"


def failure(report: Report) -> str:
    """The text of a failed assertion: the first finding whole, then how to see it again.

    >>> from tensorlab.testing.record import Case, Finding, Report
    >>> one = Finding(verdict="CRASH", contract="value", case=Case(arguments=()), message="the process died")
    >>> print(failure(Report(target="f", contract=("value",), tested=1, findings=(one,))))
    f: CRASH (value): the process died.
    """
    first, *more = report.findings
    parts = [finding_sentence(first, report.target)]
    if first.script:
        parts.append(first.script)
    parts += [finding_sentence(finding) for finding in more]
    return "\n\n".join(parts)
