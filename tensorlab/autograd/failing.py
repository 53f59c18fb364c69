"""What an exception of torch's came from, to the line: added to the exception, as a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.autograd.findings.record import Check
from tensorlab.autograd.findings.refusals import refused
from tensorlab.autograd.provenance import check
from tensorlab.dispatch.frames import PASSED
from tensorlab.process.scripts import OURS

if TYPE_CHECKING:
    from tensorlab.autograd.findings.record import Finding
    from tensorlab.dispatch.tracer import Tracer


def explain_failure(tracer: Tracer, error: BaseException, at: str = "") -> Check | None:
    """What is known of an exception of a backward, or of one that left a recording. Never raises.

    Args:
        tracer: What was recorded.
        error: What was raised.
        at: The line, where the exception has not come as far as the user's code yet.

    >>> from tensorlab.dispatch.tracer import Tracer
    >>> explain_failure(Tracer(), KeyError("k")) is None
    True
    """
    try:
        return _explained(tracer, error, at)
    except Exception:  # noqa: BLE001 - the user's own exception is what counts
        return None


def add_notes(error: BaseException, found: Check) -> None:
    """Say it in the notes of the exception, each sentence once.

    >>> from tensorlab.autograd.findings.record import Finding
    >>> error = RuntimeError()
    >>> add_notes(error, Check(findings=(Finding(trouble="no graph", text="no graph", cure="make one"),)))
    >>> error.__notes__
    ['no graph', 'cure: make one']
    """
    for finding in found.findings:
        for note in filter(None, (str(finding), finding.cure and f"cure: {finding.cure}")):
            if note not in getattr(error, "__notes__", ()):
                error.add_note(note)


def _explained(tracer: Tracer, error: BaseException, at: str) -> Check | None:
    if not isinstance(error, RuntimeError):
        return None
    line = line_of(error) or at
    known = refused(str(error), line)
    if known is None:
        return None
    return Check(findings=_sharper(tracer, known))


def line_of(error: BaseException) -> str:
    """Where the user's code was when it was raised: "train.py:9".

    >>> line_of(ValueError())
    ''
    """
    found, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not PASSED[file] and not file.startswith(OURS):
            found = f"{file.replace(chr(92), '/').rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _sharper(tracer: Tracer, known: Finding) -> tuple[Finding, ...]:
    """With what the recording knows of the loss."""
    roots = tracer.running_roots
    found = [finding for root in roots for finding in check(tracer, root, gradient_given=True).findings]
    same = tuple(finding for finding in found if finding.trouble == known.trouble)
    return same or (known,)
