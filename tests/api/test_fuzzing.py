import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import faulty

from tensorlab.api.fuzzing import fuzz, fuzz_figure, keyword_arguments
from tensorlab.errors import ExpressionError, UnavailableError

if TYPE_CHECKING:
    from tensorlab.progress import Progress


def test_a_function_is_found_by_its_name() -> None:
    told: list[Progress] = []
    report = fuzz("support.faulty:halved", ["float32[n, m]"], examples=40, watch=told.append)
    assert (report.target, report.tested, report.passed) == ("support.faulty:halved", 40, True)
    assert told[-1].total == 40
    assert faulty.halved.__name__ == "halved"


def test_without_the_extra_the_sentence_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(UnavailableError, match=r"fuzz needs the extra testing(?s:.*)tensorlab-toolkit\[testing\]"):
        fuzz("torch:relu")


def test_an_optimizer_is_tested_step_by_step() -> None:
    told: list[Progress] = []
    report = fuzz("torch.optim:SGD", ["float32[2, 2]"], examples=20, keywords={"lr": 0.5}, watch=told.append)
    assert (report.target, report.passed) == ("torch.optim:SGD", True)
    assert report.tested > 0
    assert told


def test_arguments_are_literals() -> None:
    assert keyword_arguments(["dim=(0, 1)", "p='same'"]) == {"dim": (0, 1), "p": "same"}
    with pytest.raises(ExpressionError, match=r"takes a literal; got 'torch\.float32'"):
        keyword_arguments(["dtype=torch.float32"])
    with pytest.raises(ExpressionError, match="takes a name and a value; got '=3'"):
        keyword_arguments(["=3"])


def test_a_module_that_ends_the_process_on_import(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dies_on_import.py").write_text("import os; os.abort()")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UnavailableError, match="importing dies_on_import:f ends the process: ended by SIGABRT"):
        fuzz("dies_on_import:f", isolate=True)


def test_the_picture_has_scripts_where_they_are_wanted() -> None:
    report = fuzz("support.faulty:doubled", ["float32[n, m]"], examples=40)
    assert "script" in fuzz_figure(report).text()
    assert "script" not in fuzz_figure(report, script=False).text()
    assert len(report.findings[0].script.splitlines()) == 3
