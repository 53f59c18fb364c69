"""A user's script under a recording: what breaks its backward, who gets no gradient, where NaN is born."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tensorlab.api.script_leaves import joined, leaves, leaves_in_functions, named, placed
from tensorlab.autograd.findings.record import Check, Finding
from tensorlab.autograd.findings.report import ScriptReport
from tensorlab.errors import UnavailableError
from tensorlab.memory.naming import reason
from tensorlab.process.scripts import run_script, threads_counted, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tensorlab.autograd.findings.record import GradVerdict
    from tensorlab.process.record import Ended

Task = Literal["check", "why", "nan"]
MOST_FINDINGS = 20
"""A loop makes the same mistake in every round."""


def run_recorded(
    script: Path | str, arguments: Sequence[str] = (), *, task: Task = "check", tensor: str = ""
) -> ScriptReport:
    """Run a script as Python does, record it, and say what is wrong with its backward calls.

    The script prints what it prints; what it raises is told in the report.

    Args:
        script: Path of the script.
        arguments: What it finds in ``sys.argv``.
        task: "check" looks at what was saved before each backward call, "why" at every leaf when the script has ended,
            "nan" at the values.
        tensor: For "why": the one name to look at, "model.head.weight".

    Raises:
        UnavailableError: There is no such file, or the script has no such tensor.
        ExpressionError: It is no Python.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "train.py")
    ...     _ = path.write_text('''import torch
    ... x = torch.ones(3, requires_grad=True)
    ... y = torch.sigmoid(x)
    ... y.div_(2)
    ... y.sum().backward()
    ... ''')
    ...     print(run_recorded(path))
    SigmoidBackward0.result saved train.py:3 v0; written by div_ train.py:4 v0->v1
    """
    path = Path(script)
    if not path.is_file():
        raise UnavailableError(f"there is no file {str(path)!r}", hint="give the path of a Python script")
    _require_torch()
    watch = _Watch(task)
    with threads_counted() as threads:
        ended = run_script(path, arguments, watch.recorded())
    report = ScriptReport(
        script=path.name,
        task=task,
        backwards=watch.backwards,
        slots=watch.slots,
        error="" if ended.error is None or isinstance(ended.error, SystemExit) else told(ended.error),
        script_code=ended.code,
        tensor=tensor,
        threads=len(threads),
        notes=tuple(watch.notes),
    )
    if task == "check":
        return replace(report, findings=tuple(watch.findings.values()))
    if task == "why":
        return replace(report, verdicts=watch.verdicts(ended, tensor))
    return watch.born(report)


def _require_torch() -> None:
    try:
        import torch  # noqa: F401 - whether it is there
    except ImportError as error:
        raise UnavailableError("torch is not installed", hint="pip install torch") from error


class _Watch:
    """What was seen while the script ran."""

    def __init__(self, task: Task) -> None:
        from tensorlab.dispatch.tracer import Tracer

        self._task = task
        self.tracer = Tracer()
        self.findings: dict[str, Finding] = {}
        self.slots = 0
        self.notes: dict[str, None] = {}
        self._roots: tuple[Any, ...] = ()
        self._inner: dict[str, Any] = {}
        self._last: tuple[Finding, ...] = ()

    @property
    def backwards(self) -> int:
        """How many backward calls were made."""
        return len(self.tracer.backwards)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """A context that looks at each backward before it runs, and at what ends the script."""
        self.tracer.before_backward = self._before
        try:
            with self.tracer:
                try:
                    yield
                except Exception as error:
                    self._ended(error)
                    raise
        finally:
            self.tracer.before_backward = None

    def _ended(self, error: Exception) -> None:
        """What ends the script: a check tells it as a finding, else the exception carries it."""
        from tensorlab.autograd.failing import add_notes, explain_failure

        found = explain_failure(self.tracer, error)
        self._keep(found)
        if found is not None and self._task != "check":
            add_notes(error, found)

    def _keep(self, found: Check | None) -> None:
        """What the last backward was told of already is not told again when it fails of it."""
        told_of = {finding.trouble for finding in self._last}
        for finding in () if found is None else found.findings:
            if len(self.findings) < MOST_FINDINGS and finding.trouble not in told_of:
                self.findings.setdefault(str(finding), finding)

    def _before(self, roots: tuple[Any, ...], run: Any) -> None:  # noqa: ANN401 - as the tracer has it
        from tensorlab.autograd.provenance import check

        if self._task != "check":
            self._roots = roots  # the end of the script asks about the last loss: until then it lives
            if self._task == "why":
                self._inner = leaves_in_functions(sys._getframe(1), self.tracer)  # noqa: SLF001 - where the user stands
            return
        self._last = ()
        for root in roots:
            try:
                found = check(self.tracer, root, gradient_given=run.given)
            except Exception as error:  # noqa: BLE001 - the script goes on, whatever becomes of our look at it
                text = f"{run.line}: not looked at: {reason(error)}"
                found = Check(findings=(Finding(trouble="unknown", text=text),))
            self.slots += found.slots
            if len(self.notes) < MOST_FINDINGS:
                self.notes |= dict.fromkeys(found.notes)
            self._keep(found)
            self._last += found.findings

    def verdicts(self, ended: Ended, tensor: str) -> tuple[GradVerdict, ...]:
        """On each leaf that the script had a name for or used, or on the one that was asked for."""
        from tensorlab.autograd.findings.recorded import recorded
        from tensorlab.memory.internals import without_dispatch, without_overrides

        loss = self._roots[0] if self._roots else None
        with without_overrides(), without_dispatch():
            found = placed(joined(leaves(ended.names), self._inner, "in a function"), self.tracer)
            asked = {tensor: _asked(ended, found, tensor)} if tensor else found
            return tuple(replace(recorded(self.tracer, leaf, loss), name=name) for name, leaf in asked.items())

    def born(self, report: ScriptReport) -> ScriptReport:
        """The report with where the first NaN or infinity was made, and what went nowhere."""
        from tensorlab.autograd.nonfinite import find_nan

        found = find_nan(self.tracer, self._roots[0] if self._roots else None)
        births = tuple(birth for birth in (found.first, *found.masked) if birth is not None)
        told = (
            Finding(trouble="not finite", node=one.node, line=one.line, module=one.module, text=str(one))
            for one in births
        )
        return replace(report, findings=tuple(told), origins=births, notes=found.notes if births else ())


def _asked(ended: Ended, found: Mapping[str, Any], tensor: str) -> Any:  # noqa: ANN401 - a tensor
    """The tensor of that name; a script that failed may not have come to it."""
    try:
        return named(ended.names, found, tensor)
    except UnavailableError as error:
        if ended.error is None or isinstance(ended.error, SystemExit):
            raise
        said = f"the script ended with {type(ended.error).__name__}: {reason(ended.error)}"
        raise UnavailableError(f"{error.message}: {said}", hint=error.hint) from ended.error
