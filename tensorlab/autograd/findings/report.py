"""What was found while a script ran under a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.autograd.births.record import NanBirth  # noqa: TC001 - the codec reads annotations
from tensorlab.autograd.findings.record import FROZEN, Finding, GradVerdict  # noqa: TC001 - as above
from tensorlab.quantity import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptReport:
    """What was found while a script ran; ``str()`` is a line for each finding, or a sentence that there is none.

    >>> print(ScriptReport(script="train.py", task="check", backwards=3, slots=36))
    nothing found: 3 backward calls of train.py, 36 saved tensors looked at
    """

    script: str
    """Its name, without its folder."""
    task: Literal["check", "why", "nan"]
    backwards: int = 0
    """Backward calls that were made, calls of ``torch.autograd.grad`` included."""
    slots: int = 0
    """Saved tensors that were looked at before them."""
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[GradVerdict, ...] = ()
    """On gradients, of "why"."""
    origins: tuple[NanBirth, ...] = ()
    """Of "nan": the facts behind each finding."""
    error: str = ""
    """What Python says of the exception that ended it."""
    script_code: int = 0
    """The exit code that the script gave itself, whatever was found."""
    tensor: str = ""
    """Of "why": the one name that was asked for; "" for all."""
    threads: int = 0
    """Threads that the script started: what they run is not recorded."""
    notes: tuple[str, ...] = ()
    """What could not be seen."""

    @property
    def found(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings or self.missing)

    @property
    def missing(self) -> tuple[GradVerdict, ...]:
        """Verdicts on tensors that should have had a gradient and had none; a frozen one is among them if asked for."""
        fine = {"has grad", "grad is zero", "set to None"} | ({FROZEN} if not self.tensor else set())
        return tuple(verdict for verdict in self.verdicts if verdict.verdict not in fine)

    @property
    def summary(self) -> str:
        """How much was looked at."""
        began = f"; it started {counted(self.threads, 'thread')}" if self.threads else ""
        others = f"{began}: backwards of other threads are not recorded" if began else ""
        if not self.backwards:
            return f"nothing found: {self.script} called no backward{' in its first thread' if others else ''}{others}"
        calls = f"{counted(self.backwards, 'backward call')} of {self.script}"
        frozen = sum(verdict.verdict == FROZEN for verdict in self.verdicts)
        seen = {
            "check": f"{counted(self.slots, 'saved tensor')} looked at",
            "why": f"{counted(len(self.verdicts), 'tensor')} looked at{f', {frozen:,} frozen' if frozen else ''}",
            "nan": "every value was finite",
        }
        return f"nothing found: {calls}, {seen[self.task]}{others}"

    def __str__(self) -> str:
        lines = [*map(str, self.findings), *map(str, self.verdicts)]
        if not self.found:
            lines.append(self.summary)
        return "\n".join([*lines, *self.notes])
