"""Functions that a user names, found; and functions that are there, named so that a fresh interpreter finds them."""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError, UnavailableError, unknown_name
from tensorlab.process.record import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

_HINT = "write package.module:function, or path.py:function"
_KEEPERS = ("torch", "torch.nn.functional", "torch.linalg", "torch.fft", "torch.special", "numpy", "numpy.linalg")
"""Modules whose functions do not say where they are found."""


def load(target: str) -> tuple[Callable[..., Any], Origin]:
    """The function that ``package.module:function`` or ``path.py:function`` names, and how a script gets it.

    The current folder is searched first, as Python itself does; a file's own folder for what it imports.

    Raises:
        ExpressionError: The text is no such name, or names what cannot be called.
        UnavailableError: There is no such module, file or function, or importing it fails.

    >>> load("os.path:join")[1]
    Origin(statement='import os.path', expression='os.path.join')
    >>> load("json:dumps")[1].script()
    'import json; json.dumps'
    """
    place, colon, path = target.strip().rpartition(":")
    if not colon or not place or not all(word.isidentifier() for word in path.split(".")):
        hint = f"did you mean {target.rpartition('.')[0]}:{target.rpartition('.')[2]}?" if _dotted(target) else _HINT
        raise ExpressionError(f"{target!r} names no function", hint=hint)
    if place.endswith(".py"):
        return _of_file(Path(place), path)
    return _of_module(place, path)


def _dotted(text: str) -> bool:
    words = text.split(".")
    return len(words) > 1 and words[-1] != "py" and all(word.isidentifier() for word in words)


def _of_module(place: str, path: str) -> tuple[Callable[..., Any], Origin]:
    """Words that are no module are looked up in the longest that is: torch.Tensor:copy_."""
    if not all(word.isidentifier() for word in place.split(".")):
        raise ExpressionError(f"{place!r} is no name of a module", hint=_HINT)
    _search(os.getcwd())  # noqa: PTH109 - a string, as sys.path holds
    words = place.split(".")
    for count in range(len(words), 0, -1):
        name = ".".join(words[:count])
        try:
            module = import_module(name)
        except ModuleNotFoundError as error:
            if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
                continue
            raise _unimportable(name, error) from error
        except (Exception, SystemExit) as error:
            raise _unimportable(name, error) from error
        whole = ".".join([*words[count:], path])
        return _member(module, whole, name), Origin(*_imported(name, whole))
    raise UnavailableError(f"there is no module {words[0]!r}", hint="is it installed, or in this folder?")


def _imported(module: str, path: str) -> tuple[str, str]:
    """Libraries keep their name in front; a function of the user's is imported by its own."""
    library, _, inner = module.partition(".")
    if library == "numpy":
        return "import numpy as np", ".".join(filter(None, ("np", inner, path)))
    if library == "torch":
        return "import torch", f"{module}.{path}"
    if library in sys.stdlib_module_names:
        return f"import {module}", f"{module}.{path}"
    return f"from {module} import {path.partition('.')[0]}", path


def _of_file(file: Path, path: str) -> tuple[Callable[..., Any], Origin]:
    if not file.is_file():
        raise UnavailableError(f"there is no file {str(file)!r}", hint=_HINT)
    folder = str(file.parent.resolve())
    _search(folder)
    try:
        module = import_module(file.stem)
    except (Exception, SystemExit) as error:
        raise _unimportable(str(file), error) from error
    found = getattr(module, "__file__", None)
    if found is None or not Path(found).samefile(file):
        raise UnavailableError(f"another module is called {file.stem!r}: {found}", hint="give the file another name")
    here = Path(folder) == Path.cwd()
    search = "" if here else f"import sys; sys.path.insert(0, {str(file.parent)!r}); "
    return _member(module, path, str(file)), Origin(f"{search}from {file.stem} import {path.partition('.')[0]}", path)


def _search(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)


def _unimportable(name: str, error: BaseException) -> UnavailableError:
    return UnavailableError(
        f"{name} cannot be imported: {type(error).__name__}: {error}", hint="does Python import it?"
    )


def _member(module: object, path: str, name: str) -> Callable[..., Any]:
    found: Any = module
    for word in path.split("."):
        if not hasattr(found, word):
            hint = unknown_name("function", word, _functions(found)).hint
            raise UnavailableError(f"{name} has no {path!r}", hint=hint)
        found = getattr(found, word)
    if not callable(found):
        raise ExpressionError(f"{path} of {name} cannot be called: it is {type(found).__name__}", hint=_HINT)
    return found  # type: ignore[no-any-return]  # the line before saw that it can be called


def _functions(keeper: Any) -> list[str]:  # noqa: ANN401 - a module, or a class
    """What can be called there: of a user's module what it defines itself, not what it imports."""
    there = {name: getattr(keeper, name, None) for name in dir(keeper) if not name.startswith("_")}
    calls = [name for name, found in there.items() if callable(found)]
    home = getattr(keeper, "__name__", None)
    return [name for name in calls if getattr(there[name], "__module__", None) == home] or calls


def origin_of(function: object) -> Origin | None:
    """How a fresh interpreter gets at a function that is there; None for a lambda, a closure, a bound method.

    >>> import json
    >>> origin_of(json.dumps), origin_of(lambda x: x)
    (Origin(statement='import json', expression='json.dumps'), None)
    """
    name = str(getattr(function, "__qualname__", None) or getattr(function, "__name__", ""))
    home = str(getattr(function, "__module__", None) or "")
    if home.partition(".")[0] in {"", "torch", "numpy", "_operator"}:
        public = _public(function, name.rpartition(".")[2])
        if public is not None:
            return public
    module = sys.modules.get(home)
    return _of_home(module, name) if module is not None and _resolves(module, name, function) else None


def _public(function: object, name: str) -> Origin | None:
    """The name of a library's function where its users find it."""
    torch = sys.modules.get("torch")
    if torch is not None and _resolves(torch, f"ops.{function}", function):
        return Origin("import torch", f"torch.ops.{function}")
    for keeper in _KEEPERS:
        home = sys.modules.get(keeper)
        for path in (name, f"Tensor.{name}"):
            if home is not None and _resolves(home, path, function):
                return Origin(*_imported(keeper, path))
    return None


def _resolves(module: object, path: str, function: object) -> bool:
    found: Any = module
    for word in path.split("."):
        if not word.isidentifier():
            return False
        found = getattr(found, word, None)
    return found is function


def _of_home(module: Any, path: str) -> Origin | None:  # noqa: ANN401 - a module
    """A module that only this process's search path finds is given its folder."""
    name, file = module.__name__, getattr(module, "__file__", None)
    if file is None:
        return None if name == "__main__" else Origin(*_imported(name, path))
    where = Path(file).resolve()
    if name == "__main__":
        name = where.stem
    levels = name.count(".") + (where.stem == "__init__")
    root = where.parents[levels]
    statement, expression = _imported(name, path)
    if root in _known_folders() or name.partition(".")[0] in sys.stdlib_module_names:
        return Origin(statement, expression)
    return Origin(f"import sys; sys.path.insert(0, {str(root)!r}); {statement}", expression)


def _known_folders() -> set[Path]:
    """Where every interpreter started here looks: what is installed, PYTHONPATH, the current folder."""
    named = [sysconfig.get_path(kind) for kind in ("purelib", "platlib", "stdlib", "platstdlib")]
    named += [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    return {Path(folder).resolve() for folder in named} | {Path.cwd()}
