from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.probe import run_command, run_python
from support.reports import strides, written
from typer.testing import CliRunner

from tensorlab.cli.bench import bench_app
from tensorlab.codec import encode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    return written(tmp_path / "a.jsonl")


def test_a_page_is_written(run_file: Path, tmp_path: Path) -> None:
    (tmp_path / "stride.json").write_text(json.dumps(encode(strides())), encoding="utf-8")
    page = tmp_path / "report.html"
    ran = CliRunner().invoke(
        bench_app, ["report", str(run_file), str(tmp_path / "stride.json"), "-o", str(page)], catch_exceptions=False
    )
    assert ran.exit_code == 0
    assert ran.stdout == f"{page}: {page.stat().st_size:,} B\n"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_name_is_there_where_none_is_given(run_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(bench_app, ["report", str(run_file)]).exit_code == 0
    assert (tmp_path / "report.html").is_file()


def test_absent_is_3_and_damaged_is_2(tmp_path: Path) -> None:
    ran = run_command("bench", "report", str(tmp_path / "no.jsonl"), "-o", "report.html")
    assert ran.returncode == 3
    assert "there is no file" in ran.stderr
    (tmp_path / "a.jsonl").write_text("hello\n", encoding="utf-8")
    ran = run_command("bench", "report", str(tmp_path / "a.jsonl"))
    assert ran.returncode == 2
    assert "line 1: not JSON" in ran.stderr


def test_another_suffix_is_refused(run_file: Path, tmp_path: Path) -> None:
    ran = run_command("bench", "report", str(run_file), "-o", str(tmp_path / "report.pdf"))
    assert ran.returncode == 2
    assert "saved as .html" in ran.stderr


def test_without_matplotlib_one_sentence_and_3(run_file: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None; sys.argv[0] = 'tensorlab'\n"
        "from tensorlab.cli.main import main; main()"
    )
    ran = run_python(code, "bench", "report", str(run_file))
    assert ran.returncode == 3
    first, second = ran.stderr.splitlines()
    assert first == "error: bench report needs the extra plot: matplotlib, which draws the plots, is not installed"
    assert second == "hint: pip install 'tensorlab-toolkit[plot]'"
