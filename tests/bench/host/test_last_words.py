from __future__ import annotations

import sys

import pytest

from tensorlab.bench.host import numpy_facts, torch_facts
from tensorlab.bench.host.last_words import reason, tell


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("one\ntwo"), "OSError: one"),
        (ImportError("\n \n  said\n"), "ImportError: said"),
        (RuntimeError("\n"), "RuntimeError"),
        (SyntaxError("invalid syntax", ("torch.py", 1, 1, "x x")), "SyntaxError: invalid syntax (torch.py, line 1)"),
    ],
)
def test_the_first_line_that_says_something(error: Exception, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert reason(error) == told
    tell(type(error), error, None)
    assert capsys.readouterr().err == f"{told}\n"


def test_what_caused_it_all_is_told() -> None:
    error = ImportError("advice")
    error.__cause__ = OSError("undefined symbol")
    assert reason(error) == "OSError: undefined symbol"


def test_only_a_process_of_its_own_ends_like_that() -> None:
    assert {numpy_facts.__name__, torch_facts.__name__} <= set(sys.modules)
    assert sys.excepthook is not tell
