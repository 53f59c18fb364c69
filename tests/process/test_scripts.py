"""A script is run as Python runs it, and what it raises is told as Python tells it."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import pytest

from tensorlab.errors import ExpressionError, UnavailableError
from tensorlab.process.scripts import run_script, threads_counted, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tensorlab.process.record import Ended


def ran(folder: Path, code: str, *arguments: str) -> Ended:
    script = folder / "script.py"
    script.write_text(code)
    return run_script(script, arguments, nullcontext())


def test_a_script_is_main_with_its_arguments_its_folder_and_its_file(tmp_path: Path) -> None:
    (tmp_path / "beside_it.py").write_text("word = 'found'")
    code = """
import sys, beside_it
is_main, arguments, word = __name__ == "__main__", sys.argv, beside_it.word
import __main__
same, file = __main__.arguments is arguments, __file__
class Point: ...
kind = Point.__module__
"""
    names = ran(tmp_path, code, "--lr", "0.1").names
    assert names["is_main"]
    assert names["same"]
    assert names["arguments"] == [str(tmp_path / "script.py"), "--lr", "0.1"]
    assert (names["word"], names["kind"], names["file"]) == ("found", "__main__", str(tmp_path / "script.py"))


def test_the_process_is_as_it_was_afterwards(tmp_path: Path) -> None:
    before = (sys.modules["__main__"], sys.argv, list(sys.path))
    ended = ran(tmp_path, "import sys; sys.path.append('x'); sys.argv = ['y']; raise KeyError('k')")
    assert isinstance(ended.error, KeyError)
    assert (sys.modules["__main__"], sys.argv, sys.path) == before


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", 0),
        ("import sys; sys.exit()", 0),
        ("import sys; sys.exit(3)", 3),
        ("import sys; sys.exit('no')", 1),
        ("import sys; sys.exit(-1)", 255),
        ("1 / 0", 1),
        ("raise KeyboardInterrupt", 130),
    ],
)
def test_the_exit_code_is_that_of_python(tmp_path: Path, code: str, expected: int) -> None:
    assert ran(tmp_path, code).code == expected


FAILING = """
def inner(n):
    raise ValueError("it broke")

def outer():
    try:
        inner(1)
    except ValueError as error:
        raise RuntimeError("and again") from error

outer()
"""


@pytest.mark.parametrize("code", [FAILING, "1 / 0", "raise ExceptionGroup('several', [ValueError(1), KeyError(2)])"])
def test_a_traceback_is_that_of_python(tmp_path: Path, code: str) -> None:
    error = ran(tmp_path, code).error
    assert error is not None
    plain = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True, check=False)
    assert told(error) == plain.stderr.rstrip("\n")


def test_what_is_around_sees_the_exception(tmp_path: Path) -> None:
    seen: list[str] = []

    @contextmanager
    def watched() -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            seen.append(str(error))
            error.add_note("a note")
            raise

    script = tmp_path / "script.py"
    script.write_text("raise ValueError('it broke')")
    ended = run_script(script, (), watched())
    assert seen == ["it broke"]
    assert ended.error is not None
    assert told(ended.error).endswith("ValueError: it broke\na note")
    assert "tensorlab" not in told(ended.error)


def test_what_is_no_script(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        run_script(tmp_path / "nowhere.py", (), nullcontext())
    with pytest.raises(ExpressionError, match=r"script.py is no Python, line 1: "):
        ran(tmp_path, "def :")
    (tmp_path / "bytes.py").write_bytes(b"x = '\xff\xfe'")
    with pytest.raises(ExpressionError, match=r"bytes.py is no Python"):
        run_script(tmp_path / "bytes.py", (), nullcontext())


def test_threads_are_counted_and_a_profiler_of_the_users_goes_on() -> None:
    seen: list[str] = []
    threading.setprofile(lambda frame, event, _: seen.append(f"{event} {frame.f_code.co_name}"))
    try:
        with threads_counted() as names:
            for name in "ab":
                thread = threading.Thread(target=lambda: None, name=name)
                thread.start()
                thread.join()
        assert threading.getprofile() is not None
    finally:
        threading.setprofile(None)
    assert names == ["a", "b"]
    assert seen.count("call <lambda>") == 2
