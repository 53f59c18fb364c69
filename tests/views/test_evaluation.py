from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from tensorlab.errors import ExpressionError
from tensorlab.views.evaluation import Context, value_of


def _value(text: str, **roots: object) -> Any:
    return value_of(ast.parse(text, mode="eval").body, Context(text, roots))


def _fail(message: str) -> object:
    raise RuntimeError(message)


def test_arguments_and_keywords_reach_the_function() -> None:
    library = SimpleNamespace(full=lambda *args, **kwargs: (args, kwargs))
    assert _value("torch.full((2,), -1, dtype=float)", torch=library) == (((2,), -1), {"dtype": float})


def test_the_innermost_piece_that_failed_is_named_once() -> None:
    library = SimpleNamespace(full=lambda: _fail("out of luck"))
    with pytest.raises(ExpressionError, match=r"^in torch\.full\(\): RuntimeError: out of luck$"):
        _value("[1, (2, torch.full())]", torch=library)


def test_an_error_without_words_is_told() -> None:
    with pytest.raises(ExpressionError, match=r"in torch\.full\(\): RuntimeError: no message"):
        _value("torch.full()", torch=SimpleNamespace(full=lambda: _fail("")))


def test_a_name_that_this_version_of_a_library_lacks_is_told() -> None:
    with pytest.raises(ExpressionError, match=r"in torch\.float8_e8m0fnu: AttributeError"):
        _value("torch.float8_e8m0fnu", torch=SimpleNamespace())


def test_an_interruption_is_not_swallowed() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        _value("torch.full()", torch=SimpleNamespace(full=interrupt))
