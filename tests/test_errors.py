from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from tensorlab import errors
from tensorlab.errors import TensorlabError, unknown_name

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, TensorlabError)]
BRANCHES = [kind for kind in CLASSES if kind is not TensorlabError]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"^ *- (\w+)\((\w+)\)", errors.__doc__ or "", re.MULTILINE)
    defined = [(kind.__name__, kind.__bases__[-1].__name__) for kind in CLASSES]
    assert drawn == defined


def test_each_line_of_the_tree_is_the_docstring_of_its_class() -> None:
    drawn = dict(re.findall(r"^ +- (\w+)\(\w+\): (.+)$", errors.__doc__ or "", re.MULTILINE))
    for kind in BRANCHES:
        line = (kind.__doc__ or "").rstrip(".")
        assert drawn[kind.__name__].lower() == line.lower()


@pytest.mark.parametrize("kind", BRANCHES)
def test_each_is_a_tensorlab_error_and_the_builtin_that_callers_expect(kind: type[TensorlabError]) -> None:
    ours, builtin = kind.__bases__
    assert ours is TensorlabError
    assert builtin.__module__ == "builtins"
    with pytest.raises(builtin, match="what came"):
        raise kind("what came")


@pytest.mark.parametrize("kind", CLASSES)
def test_message_and_hint(kind: type[TensorlabError]) -> None:
    error = kind("got 2, expected 3", hint="add one")
    assert (error.message, error.hint) == ("got 2, expected 3", "add one")
    assert str(error) == "got 2, expected 3\nhint: add one"
    assert str(kind("got 2")) == "got 2"


@pytest.mark.parametrize("kind", CLASSES)
def test_each_survives_a_process_boundary(kind: type[TensorlabError]) -> None:
    error = kind("got 2", hint="add one")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert (twin.message, twin.hint, str(twin)) == ("got 2", "add one", str(error))


def test_the_hint_is_a_keyword() -> None:
    with pytest.raises(TypeError, match="positional argument"):
        TensorlabError("got 2", "add one")  # type: ignore[call-arg]  # what the test is about


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("matmull", ["add", "matmul"], "did you mean 'matmul'?"),
        ("toaster", ["cpu", "cuda"], "known: cpu, cuda"),
        ("", ["cpu"], "known: cpu"),
        ("x", [], "known: none"),
        (7, ["cpu"], "known: cpu"),
        ("cud", (name for name in ("cpu", "cuda")), "did you mean 'cuda'?"),
    ],
)
def test_unknown_names(name: str, known: list[str], hint: str) -> None:
    error = unknown_name("thing", name, known)
    assert error.message == f"no thing is called {name!r}"
    assert error.hint == hint
