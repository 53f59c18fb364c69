"""A finding as three lines of Python that need nothing of tensorlab's, and fail.

The first imports, the second makes the arguments by public calls, the third is the promise that was broken.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.process.child import signal_name
from tensorlab.process.target import origin_of
from tensorlab.testing.arguments import NAMES, written
from tensorlab.testing.assertions import Words, promise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tensorlab.process.record import Origin
    from tensorlab.testing.arguments import Written
    from tensorlab.testing.assertions import Form
    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Case, Finding

_SECONDS = 60.0
"""That a script may run. What hangs has not failed, but where the verdict says so."""
WITHIN = "TENSORLAB_SCRIPT"
"""Set while a script runs: a file that it imports, and that tests its functions when it is, starts no test then."""
INSIDE = "TENSORLAB_SCRIPT"
"""Set in the environment of a script."""
UNIMPORTABLE = "# its file cannot be imported as it is: it was called in the process that found this"
NAMELESS = "# the function has no name that a script could import: it was called in this process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """How a script has to call what was tested."""

    function: Callable[..., Any]
    positional: tuple[int | str, ...] = ()
    """Arguments by their number, and the source of those that are no tensor; empty for all arguments in their order."""
    outs: Mapping[str, int] = field(default_factory=dict)
    """Arguments that are given by keyword, to be written."""
    keywords: Mapping[str, object] = field(default_factory=dict)
    """Arguments that are the same in every call."""
    reference: Callable[..., Any] | None = None
    """What gives the values that are expected, where it is not the function itself."""
    origin: Origin | None = None
    """How a script gets at the function, where the caller knows; else it is looked for."""
    form: Form = "equal"
    """How results are compared: element by element, within a tolerance; "each" where there are several."""


def scripted(
    finding: Finding,
    call: Invocation,
    placed: tuple[Placed, ...],
    *,
    free: tuple[bool, ...] = (),
    fails: Callable[[Case], bool] | None = None,
) -> Finding:
    """The finding with a script that was run, and whether it failed as the verdict says.

    The ways to write the arguments are tried one after another, the easiest to read first. A function that no script
    can import is called once more in this process: then the lines are there to be read, and ``confirmed`` says what
    ``fails`` gave. So is one whose file fails when it is imported.

    Args:
        finding: What was found.
        call: The function, and how it is called.
        placed: The arguments as they were before the call.
        free: Whether an argument may hold other numbers, all different, than it did; False for all that are left out.
        fails: Whether a case fails, for a function without a name.
    """
    origin = call.origin or origin_of(call.function)
    if origin is None:
        words = next(_scripts(finding, call, placed, free, None), "")
        confirmed = fails is not None and fails(finding.case)
        return replace(finding, script=f"{NAMELESS}\n{words}" if words else NAMELESS, confirmed=confirmed)
    first = ""
    for script in _scripts(finding, call, placed, free, origin):
        first = first or script
        ended = _end_of(_past_its_end(script, finding))
        if ended.line == 1:
            here = fails is not None and fails(finding.case)
            return replace(finding, script=f"{UNIMPORTABLE}\n{script}", confirmed=here)
        if _is_as_said(ended, finding):
            return replace(finding, script=script, confirmed=True)
    return replace(finding, script=first, confirmed=False)


def _scripts(
    finding: Finding, call: Invocation, placed: tuple[Placed, ...], free: tuple[bool, ...], origin: Origin | None
) -> Iterator[str]:
    """Scripts to try, the easiest to read first."""
    reference = None if call.reference is None else origin_of(call.reference)
    if (call.reference is not None and reference is None) or len(placed) > len(NAMES):
        return
    imports = [known.statement for known in (origin, reference) if known is not None]
    name = "function" if origin is None else origin.expression
    words = Words(name, call.positional, call.outs, call.keywords, reference.expression if reference else "", call.form)
    effect = finding.verdict == "SILENT-WRONG" and (finding.contract == "in-place" or bool(call.outs))
    for held in (False, True) if effect else (False,):
        for arguments in _ways(finding, placed, free):
            third = promise(finding, words._replace(held=held), arguments)
            yield f"{_first(imports, arguments)}\n{arguments.source}\n{third}"


def _ways(finding: Finding, placed: tuple[Placed, ...], free: tuple[bool, ...]) -> Iterator[Written]:
    """Counted elements where they may be, then the very bytes that the arguments had."""
    whole = finding.verdict == "STRAY-WRITE" or bool(finding.case.together)
    free = (*free, *(False,) * (len(placed) - len(free)))
    for counted in (free, (False,) * len(placed)) if any(free) else (free,):
        found = written(finding.case, placed, counted=counted, whole=whole)
        if found is not None:
            yield found


def _first(imports: list[str], arguments: Written) -> str:
    """One line that imports everything once, what changes the search path first."""
    parts = [part for statement in imports for part in statement.split("; ")]
    libraries = [f"import {'numpy as np' if library == 'numpy' else library}" for library in arguments.libraries]
    nan = ["from math import nan"] if "nan" in arguments.source.replace("nansum", "") else []
    searched = [part for part in parts if part == "import sys" or part.startswith("sys.")]
    rest = [part for part in parts if part not in searched]
    return "; ".join(dict.fromkeys([*searched, *libraries, *nan, *rest]))


class End(NamedTuple):
    """How a script ended."""

    code: int | None
    """Its exit code, negative for a signal; None where it did not end in time."""
    raised: str = ""
    """The exception that ended it."""
    line: int = 0
    """The line of the script that it came from."""


def fails_as_said(script: str, finding: Finding) -> bool:
    """Whether the script, run in a fresh interpreter, breaks off as the verdict says.

    >>> from tensorlab.testing.record import Case, Finding
    >>> found = Finding(verdict="MUTATED", contract="pure", case=Case(arguments=()), message="")
    >>> fails_as_said("assert 1 + 1 == 3", found), fails_as_said("assert 1 + 1 == 2", found)
    (True, False)
    """
    return _is_as_said(_end_of(_past_its_end(script, finding)), finding)


def _past_its_end(script: str, finding: Finding) -> str:
    """A script that comes to its end ends otherwise than one that the function ends."""
    return f"{script}\nraise SystemExit(86)" if "exit code" in finding.message else script


def _is_as_said(end: End, finding: Finding) -> bool:
    if end.code is None:
        return finding.verdict == "CRASH" and "hung" in finding.message
    if finding.verdict == "CRASH":
        return f" {signal_name(-end.code) if end.code < 0 else f'exit code {end.code}'} " in f"{finding.message} "
    if end.code != 1:
        return False
    if finding.verdict == "REFUSED":
        return bool(end.raised) and end.raised.rpartition(".")[2] in finding.message
    return end.raised == "AssertionError"


def _end_of(script: str) -> End:
    """Runs the script. A test that it starts when it imports the file it comes from starts no script of its own."""
    search = os.pathsep.join(entry or "." for entry in sys.path)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and lines that we wrote
            [sys.executable, "-c", script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": search, INSIDE: "1"},
        )
    except subprocess.TimeoutExpired:
        return End(None)
    last = done.stderr[done.stderr.rfind("Traceback (most recent call last):") :].splitlines()[1:]
    raised = next((line for line in last if line and not line[0].isspace()), "")
    lines = re.findall(r'^  File "<string>", line (\d+)', "\n".join(last), re.MULTILINE)
    return End(done.returncode, raised.partition(":")[0], int(lines[0]) if lines else 0)
