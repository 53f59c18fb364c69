"""Ask a module in a process of its own, where it may raise, crash or hang without harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tensorlab.process.record import Failed, Told

if TYPE_CHECKING:
    from collections.abc import Mapping


def ask(
    module: str, *arguments: str, timeout: float = 60.0, changes: Mapping[str, str | None] | None = None
) -> Told | Failed:
    """Run ``python -m module`` with these arguments and read the JSON object on the last line that it prints.

    The child is started by the same interpreter with the same search path, and finds what this process would find. Past
    the time limit it is ended together with what it started.

    Args:
        module: To be run.
        arguments: Of its command line.
        timeout: Seconds that it gets.
        changes: Environment variables that it sees otherwise than this process; None means not at all.

    >>> ask("no_such_module")
    Failed(reason='No module named no_such_module')
    """
    try:
        child = _start(module, arguments, changes or {})
    except OSError as error:
        return Failed(f"no process could be started: {error.strerror or error}")
    try:
        out, err = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        return Failed(f"no answer within {timeout:g} s")
    finally:
        _end(child)
    return _answer(child.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def _start(module: str, arguments: tuple[str, ...], changes: Mapping[str, str | None]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", *(["-S"] if sys.flags.no_site else []), "-m", module, *arguments]
    return subprocess.Popen(  # noqa: S603 - our own interpreter, a module's name and its arguments
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(changes),
        start_new_session=True,
    )


def environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """The variables of this process, some otherwise or, with None, not at all; a child imports from where it does.

    >>> environment({"A": "1"})["A"]
    '1'
    """
    kept = {name: value for name, value in os.environ.items() if name not in changes}
    added = {name: value for name, value in changes.items() if value is not None}
    return {**kept, **added, "PYTHONPATH": _search_path(), "PYTHONIOENCODING": "utf-8:backslashreplace"}


def _search_path() -> str:
    """Where this process looks for modules; an empty entry stands for the current folder."""
    return os.pathsep.join(entry or os.getcwd() for entry in sys.path)  # noqa: PTH109 - a string, as sys.path holds


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and its group, if any of it is still there, and wait for it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        child.kill()
    child.communicate()


def _answer(code: int, out: str, err: str) -> Told | Failed:
    if code < 0:
        return Failed(f"ended by {signal_name(-code)}")
    if code > 0:
        last = _last_line(err) or f"exit code {code}"
        return Failed(last.removeprefix(f"{sys.executable}: "))
    try:
        facts = json.loads(_last_line(out))
    except ValueError:
        return Failed("it printed no answer")
    return Told(facts) if isinstance(facts, dict) else Failed("it printed no answer")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def signal_name(number: int) -> str:
    """The name of a signal, or its number where it has none here.

    >>> signal_name(9)
    'SIGKILL'
    """
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
