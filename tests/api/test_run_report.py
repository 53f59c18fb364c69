from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.ceilings import limits
from support.probe import ROOT, run_python
from support.reports import chases, crossings, layers, strides, written

from tensorlab.api.run_report import run_report
from tensorlab.codec import encode
from tensorlab.errors import StoreError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    return written(tmp_path / "a.jsonl")


def beside(folder: Path) -> list[Path]:
    paths = []
    for name, record in (
        ("ceilings", limits()), ("stride", strides()), ("chase", chases()), ("crossover", crossings()),
        ("alexnet", layers()),
    ):  # fmt: skip
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(json.dumps(encode(record)), encoding="utf-8")
    return paths


def test_files_are_told_by_their_fields(run_file: Path, tmp_path: Path) -> None:
    page = run_report(run_file, *beside(tmp_path))
    for words in ("sum of float32", "what following pointers costs", "cuda projected", "AlexNet layer by layer"):
        assert words in page
    for name in ("a.jsonl", "ceilings.json", "stride.json", "chase.json", "crossover.json", "alexnet.json"):
        assert f'data-name="{name}"' in page
    assert str(tmp_path) not in page


def test_the_same_files_give_the_same_bytes_in_two_processes(run_file: Path, tmp_path: Path) -> None:
    code = (
        "import hashlib, sys\nfrom tensorlab.api.run_report import run_report\n"
        "print(hashlib.sha256(run_report(*sys.argv[1:]).encode()).hexdigest())"
    )
    paths = [str(path) for path in (run_file, *beside(tmp_path))]
    first, second = (run_python(code, *paths, env={"PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout


def test_a_line_that_was_cut_off_is_left_out_and_said(run_file: Path) -> None:
    with run_file.open("a", encoding="utf-8") as file:
        file.write('{"kind":"run","case":')
    page = run_report(run_file)
    assert "cut off" in page
    assert 'data-l="15"' in page
    assert 'data-l="16"' not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no header"),
        ("hello\n", "not JSON"),
        ('{"kind":"run"}\n', "first line is no header"),
        ("[1, 2]\n", "expected an object"),
        ('{"kind":"header","schema":99}\n', "schema 99"),
    ],
)
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=words):
        run_report(path)


def test_a_damaged_line_is_named(run_file: Path) -> None:
    lines = run_file.read_text(encoding="utf-8").splitlines(keepends=True)
    run_file.write_text(
        "".join([*lines[:4], lines[4].replace('"loops":10', '"loops":-1'), *lines[5:]]), encoding="utf-8"
    )
    with pytest.raises(StoreError, match=r"line 5: .*1 call or more"):
        run_report(run_file)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path, run_file: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(StoreError, match="cannot be read"):
        run_report(path)
    with pytest.raises(StoreError, match="cannot be read"):
        run_report(run_file, path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"a": 1}', '"word"'])
def test_another_file_beside_it_is_refused_and_the_hint_names_what_is_read(
    tmp_path: Path, run_file: Path, text: str
) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"is not JSON|holds nothing that a report tells") as raised:
        run_report(run_file, path)
    assert "bench stride" in raised.value.hint


def test_a_second_run_is_refused_with_what_compares_two(run_file: Path) -> None:
    with pytest.raises(StoreError, match="is a run too") as raised:
        run_report(run_file, run_file)
    assert "bench compare" in raised.value.hint


def test_a_file_that_is_not_there(tmp_path: Path, run_file: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        run_report(tmp_path / "no.jsonl")
    with pytest.raises(UnavailableError, match="there is no file"):
        run_report(run_file, tmp_path / "no.json")
    with pytest.raises(StoreError, match="cannot be read"):
        run_report(tmp_path)


def test_a_run_without_rows_is_a_page(tmp_path: Path) -> None:
    assert "0 measured" in run_report(written(tmp_path / "a.jsonl", ()))


def test_importing_it_loads_no_library() -> None:
    ran = run_python("import tensorlab.api.run_report, sys\nprint({'torch', 'numpy', 'matplotlib'} & set(sys.modules))")
    assert ran.stdout.strip() == "set()", ROOT
