import os
import sys
import time
from pathlib import Path

import pytest

from tensorlab.process import child
from tensorlab.process.child import ask
from tensorlab.process.record import Failed, Told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which this process and its children import first."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def write(folder: Path, code: str, name: str = "asked_module") -> str:
    (folder / f"{name}.py").write_text(code)
    return name


def test_the_last_line_is_the_answer(folder: Path) -> None:
    assert ask(write(folder, "print('noise')\nprint('{\"a\": [1, 2.5]}')")) == Told({"a": [1, 2.5]})


def test_an_exceptions_last_line_is_the_reason(folder: Path) -> None:
    name = write(folder, "import sys\nprint('{}')\nraise ImportError('libfoo.so: cannot open')")
    assert ask(name) == Failed("ImportError: libfoo.so: cannot open")


def test_a_missing_module_is_named() -> None:
    assert ask("no_such_module") == Failed("No module named no_such_module")


def test_a_silent_exit_code_is_told(folder: Path) -> None:
    assert ask(write(folder, "raise SystemExit(7)")) == Failed("exit code 7")


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGILL"])
def test_a_crash_is_named_by_its_signal(folder: Path, name: str) -> None:
    code = "import os, resource, signal\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
    code += f"os.kill(os.getpid(), signal.{name})"
    assert ask(write(folder, code)) == Failed(f"ended by {name}")


def test_a_signal_without_a_name_is_told_by_number() -> None:
    assert child._answer(-250, "", "") == Failed("ended by signal 250")


@pytest.mark.parametrize("code", ["", "print('hello')", "print('[1]')", "print('{\"a\": 1}')\nprint('bye')"])
def test_anything_but_an_object_on_the_last_line_is_no_answer(folder: Path, code: str) -> None:
    assert ask(write(folder, code)) == Failed("it printed no answer")


def test_a_hang_is_ended_with_all_that_it_started(folder: Path) -> None:
    note = folder / "pid"
    code = f"""
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(note)!r}, "w").write(str(grandchild.pid))
time.sleep(600)
"""
    started = time.monotonic()
    assert ask(write(folder, code), timeout=2) == Failed("no answer within 2 s")
    assert time.monotonic() - started < 60
    if note.exists():
        assert ended(int(note.read_text()))


def ended(pid: int) -> bool:
    """Whether the process is gone or only waits to be collected."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_the_child_finds_what_this_process_finds_and_nothing_in_the_current_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, 'print(\'{"from": "the current folder"}\')', "found_here")
    name = write(folder, 'print(\'{"from": "the search path"}\')')
    monkeypatch.chdir(elsewhere)
    assert ask(name) == Told({"from": "the search path"})
    assert ask("found_here") == Failed("No module named found_here")


def test_an_empty_entry_of_the_search_path_is_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", "/somewhere"])
    assert child._search_path() == f"{tmp_path}{os.pathsep}/somewhere"


def test_a_system_that_starts_no_more_processes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(child.subprocess, "Popen", refuse)  # type: ignore[attr-defined]  # the module's own import
    assert ask("any") == Failed("no process could be started: Resource temporarily unavailable")


def test_the_child_has_no_input_to_wait_for(folder: Path) -> None:
    assert ask(write(folder, "import sys\nprint('{\"read\": %d}' % len(sys.stdin.read()))")) == Told({"read": 0})


def test_arguments_reach_the_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "echo.py").write_text("import json, sys; print(json.dumps({'heard': sys.argv[1:]}))")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert ask("echo", "one", "two words") == Told({"heard": ["one", "two words"]})
