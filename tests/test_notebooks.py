"""Each notebook under docs/ is run in a fresh kernel, and shows what is committed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import nbformat as untyped
import pytest
from support.notebooks import comparable, notebooks, outputs, read
from support.probe import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NBFORMAT: Any = untyped
PAGES = notebooks()
MOST_HTML = 100 * 1024
MOST_BYTES = 1024 * 1024


def run(*paths: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command that writes what is really shown, in a process of its own: an event loop may run in this one."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "support.notebooks", *map(str, paths)],
        cwd=ROOT / "tests",
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def written(path: Path, *sources: str) -> Path:
    """A notebook of these cells, never run."""
    cells = [NBFORMAT.v4.new_code_cell(source) for source in sources]
    path.write_text(NBFORMAT.writes(NBFORMAT.v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


def test_there_are_notebooks() -> None:
    assert [page.stem for page in PAGES] == [
        "a_list_an_array_a_tensor",
        "alexnet_byte_by_byte",
        "is_it_a_view",
        "what_does_backward_remember",
        "why_is_this_slow",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_notebook_shows_what_it_shows_when_it_is_run(page: Path, tmp_path: Path) -> None:
    again = tmp_path / page.name
    shutil.copy(page, again)
    done = run(again)
    assert done.returncode == 0, done.stderr
    same = again.read_text(encoding="utf-8") == page.read_text(encoding="utf-8")
    assert same, f"cells show something else now: PYTHONPATH=tests python -m support.notebooks docs/{page.name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_notebook_was_run_in_order_and_nothing_went_wrong(page: Path) -> None:
    notebook = read(page)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = list(outputs(notebook))
    assert len(shown) > len(code) / 2
    assert {output.output_type for output in shown} <= {"execute_result", "stream"}
    assert {output.get("name") for output in shown} <= {None, "stdout"}
    assert sum("assert " in cell.source for cell in code) >= 10, "exercises are checked"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_notebook_is_small_and_says_nothing_of_a_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    figures = [output.data["text/html"] for output in outputs(read(page)) if "text/html" in output.get("data", {})]
    assert len(figures) >= 5
    assert all(len(figure.encode()) < MOST_HTML for figure in figures)
    assert not re.search(rf"{ROOT}|/(?:home|root)/|http|\b0x[0-9a-f]{{5}}", text)
    notebook = read(page)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert [cell.id for cell in notebook.cells] == [f"cell-{n}" for n in range(1, len(notebook.cells) + 1)]
    assert all(cell.metadata == {} for cell in notebook.cells)


def test_an_output_that_is_not_so_is_written_anew(tmp_path: Path) -> None:
    page = written(tmp_path / "x.ipynb", "1 + 1", "import sys\nprint(sys.prefix == sys.base_prefix, __name__)")
    assert run(page).returncode == 0
    true = page.read_text(encoding="utf-8")
    assert (true.count('"2"'), true.count("__main__")) == (1, 1)
    page.write_text(true.replace('"2"', '"3"'), encoding="utf-8")
    assert run(page).returncode == 0
    assert page.read_text(encoding="utf-8") == true


def test_what_was_measured_stays_as_it_was_seen_and_nothing_else(tmp_path: Path) -> None:
    counting = (
        "from pathlib import Path\nfile = Path('../n')\nfile.write_text(file.read_text() + '1')\nfile.stat().st_size"
    )
    for source, seen in ((f"# measured\n{counting}", "1"), (counting, "2")):
        (tmp_path / "n").write_text("", encoding="utf-8")
        page = written(tmp_path / "x.ipynb", source)
        for _ in range(2):
            assert run(page, env={"TMPDIR": str(tmp_path)}).returncode == 0
        assert (tmp_path / "n").stat().st_size == 2
        assert [output.data["text/plain"] for output in outputs(read(page))] == [seen]


def test_the_kernel_is_this_interpreter_whatever_is_registered(tmp_path: Path) -> None:
    registered = tmp_path / "kernels/python3"
    registered.mkdir(parents=True)
    other = {"argv": ["false"], "display_name": "another", "language": "python"}
    (registered / "kernel.json").write_text(json.dumps(other), encoding="utf-8")
    page = written(tmp_path / "x.ipynb", "import sys", "sys.executable")
    done = run(page, env={"JUPYTER_PATH": str(tmp_path), "HOME": str(tmp_path / "home")})
    assert (done.returncode, done.stderr) == (0, "")
    assert repr(sys.executable) in page.read_text(encoding="utf-8")
    assert not (tmp_path / "home").exists(), "nothing is left behind"


def test_a_cell_that_raises_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    page = written(tmp_path / "x.ipynb", "1 + 1", "1 / 0")
    before = page.read_text(encoding="utf-8")
    done = run(page)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert page.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("wrapped", ["{}", "<table><tr><td>{}</td></tr></table>"])
def test_where_an_object_lies_is_not_compared(wrapped: str) -> None:
    mime = "text/html" if "<" in wrapped else "text/plain"

    def output(number: int, shape: int) -> Any:
        words = f"align</td><td>address {number} B" if "<" in wrapped else f"align    address {number} B"
        return NBFORMAT.v4.new_output("display_data", {mime: wrapped.format(words) + f"<p>({shape},)"})

    assert comparable(output(64, 3)) == comparable(output(128, 3))
    assert comparable(output(64, 3)) != comparable(output(64, 4))
