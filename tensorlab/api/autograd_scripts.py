"""A user's script under a recording: what breaks its backward, who gets no gradient, where NaN is born."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tensorlab.autograd.findings.record import Check, Finding, ScriptReport
from tensorlab.errors import UnavailableError, unknown_name
from tensorlab.memory.naming import reason
from tensorlab.process.scripts import run_script, threads_counted, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tensorlab.autograd.findings.record import GradVerdict

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
        tensor: For "why": the one name to look at among the script's globals, "model.head.weight".

    Raises:
        UnavailableError: There is no such file.
        ExpressionError: It is no Python.
        UnknownNameError: The script has no such tensor.

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
        code=ended.code,
        tensor=tensor,
        threads=len(threads),
        notes=tuple(watch.notes),
    )
    if task == "check":
        return replace(report, findings=tuple(watch.findings.values()))
    if task == "why":
        return replace(report, verdicts=watch.verdicts(ended.names, tensor))
    return replace(report, origins=watch.born())


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
        self._last: tuple[Finding, ...] = ()

    @property
    def backwards(self) -> int:
        """How many backward calls were made."""
        return len(self.tracer.backwards)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """A context that looks at each backward before it runs, and at what ends the script."""
        from tensorlab.autograd.failing import explain_failure

        self.tracer.before_backward = self._before
        try:
            with self.tracer:
                try:
                    yield
                except Exception as error:
                    self._keep(explain_failure(self.tracer, error))
                    raise
        finally:
            self.tracer.before_backward = None

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

    def verdicts(self, names: Mapping[str, object], tensor: str) -> tuple[GradVerdict, ...]:
        """On each leaf that the script has a name for, or on the one that was asked for."""
        from tensorlab.autograd.findings.recorded import recorded
        from tensorlab.memory.internals import without_dispatch, without_overrides

        loss = self._roots[0] if self._roots else None
        asked = {tensor: _named(names, tensor)} if tensor else _leaves(names)
        with without_overrides(), without_dispatch():
            return tuple(replace(recorded(self.tracer, leaf, loss), name=name) for name, leaf in asked.items())

    def born(self) -> tuple[str, ...]:
        """Where the first NaN or infinity was made."""
        from tensorlab.autograd.nonfinite import find_nan

        found = find_nan(self.tracer, self._roots[0] if self._roots else None)
        return (str(found),) if found else ()


def _named(names: Mapping[str, object], path: str) -> Any:  # noqa: ANN401 - a tensor, as torch's check will say
    """The tensor that a dotted name means among the globals."""
    from tensorlab.autograd.why import require_tensor

    first, *rest = path.split(".")
    if first not in names:
        raise unknown_name("tensor of the script", path, [name for name in names if not name.startswith("_")])
    found: Any = names[first]
    for word in rest:
        found = found[int(word)] if word.isdigit() and hasattr(found, "__getitem__") else getattr(found, word, None)
    require_tensor(found, path)
    return found


def _leaves(names: Mapping[str, object]) -> dict[str, Any]:
    """Parameters of the script's modules and leaves that require grad, by name; each once."""
    found: dict[int, tuple[str, Any]] = {}
    for name, thing in names.items():
        if not name.startswith("__") and not isinstance(thing, type):
            for path, leaf in _inside(name, thing):
                found.setdefault(id(leaf), (path, leaf))
    return dict(found.values())


def _inside(name: str, thing: object) -> Iterator[tuple[str, Any]]:
    """The leaves that one global leads to: of a module, those that are frozen too."""
    torch: Any = sys.modules["torch"]
    if isinstance(thing, torch.nn.Module):
        yield from ((f"{name}.{inner}", parameter) for inner, parameter in thing.named_parameters())
    elif isinstance(thing, list | tuple):
        for place, one in enumerate(thing):
            yield from _inside(f"{name}.{place}", one) if one is not thing else ()
    elif isinstance(thing, torch.Tensor) and thing.is_leaf and thing.requires_grad:
        yield name, thing
