"""What an exception of torch's came from, to the line: added to the exception, as a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.autograd.findings.lineage import last_cut, user_name
from tensorlab.autograd.findings.record import Check, Finding
from tensorlab.autograd.findings.recorded import reason_of
from tensorlab.autograd.findings.refusals import refused
from tensorlab.autograd.provenance import check
from tensorlab.dispatch.frames import PASSED
from tensorlab.process.scripts import OURS

if TYPE_CHECKING:
    import torch

    from tensorlab.dispatch.tracer import Tracer


def explain_failure(tracer: Tracer, error: BaseException) -> Check | None:
    """What is known of an exception that left a recording; its notes say so too. Never raises.

    >>> from tensorlab.dispatch.tracer import Tracer
    >>> explain_failure(Tracer(), KeyError("k")) is None
    True
    """
    try:
        found = _explained(tracer, error)
    except Exception:  # noqa: BLE001 - the user's own exception is what counts
        return None
    if found is not None:
        for finding in found.findings:
            for note in filter(None, (str(finding), finding.cure and f"cure: {finding.cure}")):
                if note not in getattr(error, "__notes__", ()):
                    error.add_note(note)
    return found


def _explained(tracer: Tracer, error: BaseException) -> Check | None:
    if not isinstance(error, RuntimeError):
        return None
    line = line_of(error)
    known = refused(str(error), line)
    if known is None:
        return None
    finding = _sharper(tracer, known, str(error))
    return Check(findings=finding)


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


def _sharper(tracer: Tracer, known: Finding, words: str) -> tuple[Finding, ...]:
    """With what the recording knows of the loss."""
    roots = tracer.running_roots
    if known.trouble in {"overwritten", "freed"}:
        found = [finding for root in roots for finding in check(tracer, root, gradient_given=True).findings]
        same = tuple(finding for finding in found if finding.trouble == known.trouble)
        return same or ((_hidden(tracer, roots, words) or known),)
    if known.trouble == "no graph" and roots:
        return (_without_graph(tracer, known, roots),)
    return (known,)


def _without_graph(tracer: Tracer, known: Finding, roots: tuple[torch.Tensor, ...]) -> Finding:
    calls = tracer.calls
    cuts = [last_cut(calls, tracer.tensor_number(root)) for root in roots if not root.requires_grad]
    cut = next((call for call in cuts if call is not None), None)
    if cut is None:
        return known
    verdict, words = reason_of(cut, calls)
    place = " ".join(filter(None, (user_name(cut), cut.line)))
    text = f"{known.text}; {verdict}: {place}: {words}"
    return Finding(trouble=known.trouble, text=text, line=cut.line, cure=known.cure)


def _hidden(tracer: Tracer, roots: tuple[torch.Tensor, ...], words: str) -> Finding | None:
    """What was written had been saved by a node that does not show it: who was given a tensor of that version?"""
    del tracer, roots, words
    return None
