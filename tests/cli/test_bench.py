from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.laboratory import header, run, skipped
from support.probe import ROOT, run_python, without_torch_log

from tensorlab.api.measurement import every_workload
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.session import Session
from tensorlab.bench.store import load
from tensorlab.cli.bench import bench_app, exit_code
from tensorlab.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.record import Cause

Command = tuple[int, str, str]
SIZE = "choose a size such as 1000"
THREADS = 'choose a number from 1 to 16, or "all"'


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Command]:
    """``command("bench", "add")``: exit code, stdout and stderr, measured with the least effort."""
    monkeypatch.setattr("tensorlab.bench.session.penalized", lambda warnings, *_: warnings)
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1), "full": Effort(0.0, 1, 1)})
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Command:
        monkeypatch.setattr(sys, "argv", ["tensorlab", *words])
        with pytest.raises(SystemExit, match=r"\d*") as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_a_table_and_where_the_raw_times_are(command: Callable[..., Command]) -> None:
    code, out, err = command("bench", "add", "--size", "8", "--device", "cpu")
    assert code == 0
    assert err == ""
    assert "add, 1 thread, float32\nelements  backend" in out
    path = Path(out.splitlines()[-1].removeprefix("raw times: "))
    assert len(load(path).rows) == 4


@pytest.mark.parametrize("words", [("add", "--quick"), ("run", "add", "--quick"), ("--quick", "add")])
def test_run_may_be_left_out(command: Callable[..., Command], words: tuple[str, ...]) -> None:
    code, out, _ = command("bench", *words, "--size", "8", "--device", "cpu")
    assert code == 0
    assert "add, 1 thread" in out


def test_ages_are_told_in_words(command: Callable[..., Command]) -> None:
    code, out, _ = command("bench", "matmul", "--device", "cpu", "--size", "1e18")
    assert code == 1
    assert "over 1,000 years a call" in out
    assert "Ps" not in out


def test_no_word_at_all_measures_everything(command: Callable[..., Command], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    def record(*names: str, **options: Any) -> Session:
        asked.append((names, options))
        return Session(header=header(), rows=(run(),), path="somewhere")

    monkeypatch.setattr("tensorlab.api.measurement.benchmark", record)
    assert command("bench")[0] == 0
    ((names, options),) = asked
    assert names == ()
    assert (options["devices"], options["sizes"], options["dtypes"], options["profile"]) == (None, None, None, "quick")


def test_no_workload_is_named_like_a_subcommand() -> None:
    commands = {command.name for command in bench_app.registered_commands}
    assert not commands & {workload.name for workload in every_workload().workloads}


def test_lists_and_numbers_as_people_write_them(command: Callable[..., Command]) -> None:
    words = ("--size", "8, 1e1,1_6", "--dtype", "float32,float64", "--device", "cpu", "--threads", "1", "--json")
    code, out, err = command("bench", "sum", *words)
    assert (code, err) == (0, "")
    rows = json.loads(out)["rows"]
    assert {row["case"]["size"] for row in rows} == {8, 10, 16}
    assert {row["case"]["dtype"] for row in rows} == {"float32", "float64"}


def test_json_is_the_record(command: Callable[..., Command]) -> None:
    code, out, err = command("bench", "add", "--size", "8", "--device", "cpu", "--json", "--output", "a.jsonl")
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert data["path"] == "a.jsonl"
    assert [row["case"]["backend"] for row in data["rows"]] == ["list", "array", "numpy", "torch"]
    assert all(row["wall"] for row in data["rows"])


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["ad"], "no workload is called 'ad'", "did you mean 'add'?"),
        (["add", "--device", "cudda"], "no device is called 'cudda'", "did you mean 'cuda'?"),
        (["add", "--dtype", "flaot32"], "no dtype is called 'flaot32'", "did you mean 'float32'?"),
        (["add", "--size", "0"], "a size is a count of 1 or more; got 0", "choose a size such as 1000"),
        (["add", "--size", "1.5"], "a size is a whole number; got '1.5'", "write 1000, 1e6 or 1_000"),
        (["add", "--size", "9" * 400], f"a size is a count from 1 to 10**18; got '{'9' * 39}…", SIZE),
        (["add", "--size", "9" * 5000], f"a size is a count from 1 to 10**18; got '{'9' * 39}…", SIZE),
        (["matmul", "--size", "1e200"], "a size is a count from 1 to 10**18; got '1e200'", SIZE),
        (["add", "--size", "-1e999999"], "a size is a count from 1 to 10**18; got '-1e999999'", SIZE),
        (["add", "--size", "nan"], "a size is a whole number; got 'nan'", "write 1000, 1e6 or 1_000"),
        (
            ["add", "--threads", "9" * 400],
            f'threads are a whole number of 1 or more, or "all"; got \'{"9" * 39}…',
            THREADS,
        ),
        (["add", "--output", "a" * 300], f"{'a' * 300} cannot be written: File name too long", "choose another file"),
        (["add", "--size", "many"], "a size is a whole number; got 'many'", "write 1000, 1e6 or 1_000"),
        (["add", "--size", "inf"], "a size is a whole number; got 'inf'", "write 1000, 1e6 or 1_000"),
        (["add", "--threads", "x"], "threads are a whole number of 1 or more, or \"all\"; got 'x'", THREADS),
        (["add", "--threads", "0"], 'threads are a whole number of 1 or more, or "all"; got 0', THREADS),
        (["add", "--threads", "99"], "16 threads at most, on 2 processors that this process may use; got 99", THREADS),
        (["add", "--output", "."], ". cannot be written: Is a directory", "choose another file"),
    ],
)
def test_a_bad_question_is_one_sentence_and_exit_2(
    command: Callable[..., Command], monkeypatch: pytest.MonkeyPatch, words: list[str], message: str, hint: str
) -> None:
    monkeypatch.setattr("tensorlab.bench.threads.usable_processors", lambda: 2)
    code, out, err = command("bench", *words)
    assert (code, out) == (2, "")
    assert err == f"error: {message}\nhint: {hint}\n"


def test_a_named_device_that_is_missing_is_a_row_and_exit_3(command: Callable[..., Command]) -> None:
    code, out, err = command("bench", "add", "--size", "8", "--device", "cpu,xpu")
    assert (code, err) == (3, "")
    assert "no device" in out
    assert "reports no xpu device" in out
    assert "torch xpu" in out


def test_a_place_that_cannot_be_written_is_said(
    command: Callable[..., Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("runs").write_text("in the way")
    monkeypatch.setattr("tempfile.tempdir", str(Path.cwd() / "temporary"))
    code, out, err = command("bench", "add", "--size", "8", "--device", "cpu")
    assert code == 0
    assert err.startswith("note: runs")
    assert "temporary" in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("cause", "named", "code"),
    [
        ("wrong", False, 1),
        ("failed", False, 1),
        ("device", True, 3),
        ("device", False, 0),
        ("dtype", True, 0),
        ("cost", True, 0),
        ("backend", True, 0),
    ],
)
def test_the_exit_code_of_a_session(cause: Cause, named: bool, code: int) -> None:  # noqa: FBT001 - a column
    rows = (run(), skipped(cause, "because", named=named))
    assert exit_code(Session(header=header(), rows=rows, path="")) == code
    assert exit_code(Session(header=header(), rows=rows, path="", interrupted=True)) == 130
    assert exit_code(Session(header=header(), rows=rows, path="", stored=False)) == 1


def test_nothing_measured_is_not_success() -> None:
    for cause in ("dtype", "cost", "memory", "backend", "device"):
        assert exit_code(Session(header=header(), rows=(skipped(cause, "none"),), path="")) == 1
    assert exit_code(Session(header=header(), rows=(skipped("device", "none", named=True),), path="")) == 3


@pytest.mark.parametrize("words", [("--size", "1e15"), ("--size", "8", "--dtype", "int32")])
def test_what_cannot_be_measured_is_a_row_and_exit_1_where_nothing_else_was(
    command: Callable[..., Command], words: tuple[str, ...]
) -> None:
    code, out, err = command("bench", "add", "--device", "cpu", *words)
    assert (code, err) == (1, "note: nothing was measured; each row says why\n")
    assert "too slow" in out or "no dtype" in out


@pytest.mark.parametrize("words", [("--size", "8,1e15"), ("--size", "8", "--dtype", "int32,float32")])
def test_what_cannot_be_measured_is_a_row_and_exit_0_beside_what_can(
    command: Callable[..., Command], words: tuple[str, ...]
) -> None:
    code, out, err = command("bench", "add", "--device", "cpu", *words)
    assert (code, err) == (0, "")
    assert "too slow" in out or "no dtype" in out


def test_more_threads_than_processors_are_measured_with_a_doubt(
    command: Callable[..., Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tensorlab.bench.host.fingerprint.usable_processors", lambda: 1)
    monkeypatch.setattr("tensorlab.bench.threads.usable_processors", lambda: 1)
    code, out, _ = command("bench", "add", "--size", "8", "--device", "cpu", "--threads", "2")
    assert code == 0
    assert "2 threads on 1 usable processor; measure with --threads 1" in out


@pytest.mark.parametrize("words", [("bench", "add"), ("alexnet",)])
def test_a_broken_torch_reaches_the_outermost_layer_as_it_is(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libtorch_cpu.so: undefined symbol')")
    code = f"""
import sys
sys.argv = ["tensorlab", *{words!r}]
from tensorlab.cli.main import app
try:
    app()
except OSError as error:
    assert str(error) == "libtorch_cpu.so: undefined symbol", error
    assert type(error) is OSError and error.__cause__ is None
    sys.exit(42)
"""
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = run_python(code, cwd=tmp_path, env={"PYTHONPATH": path})
    assert (done.returncode, done.stdout, done.stderr) == (42, "", "")
    assert not (tmp_path / "runs").exists()


def test_help_names_every_workload(command: Callable[..., Command]) -> None:
    code, out, _ = command("bench", "run", "--help")
    assert code == 0
    listed = " ".join(out.split())
    assert all(workload.name in listed for workload in every_workload().workloads)
    assert "run" in command("bench", "--help")[1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_keeps_what_was_measured_and_says_where(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tensorlab", "bench", "add", "mul", "--size", "1000", "--device", "cpu"]
    process = subprocess.Popen(
        [*words, "--full", "--output", "a.jsonl"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    path = tmp_path / "a.jsonl"
    while process.poll() is None and not (path.exists() and path.read_text("utf-8").count("\n") >= 2):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "add, 1 thread" in out
    assert without_torch_log(err) == "interrupted: what was measured is in a.jsonl\n"
    assert len(load(path).rows) >= 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_disk_that_fills_up_leaves_the_tables_a_note_and_exit_1(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2500, resource.RLIM_INFINITY))
sys.argv = ["tensorlab", "bench", "add", "mul", "--size", "10,20", "--device", "cpu", "--output", "a.jsonl"]
from tensorlab.cli.main import main
main()
"""
    done = run_python(code, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 1, done.stderr
    assert "add, 1 thread" in done.stdout
    assert "mul, 1 thread" in done.stdout
    assert "note: a.jsonl cannot be written: File too large; it ends before the row" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_before_the_last_line_is_no_error(
    command: Callable[..., Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("tensorlab.cli.bench.say", said.append)
    command("bench", "add", "--size", "8", "--device", "cpu")
    (line,) = said
    assert line.startswith("\nraw times: ")
