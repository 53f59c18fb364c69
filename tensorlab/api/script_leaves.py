"""The tensors of a script that may want a gradient, by the names that it has for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnavailableError, unknown_name
from tensorlab.memory.naming import short_name
from tensorlab.process.scripts import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from tensorlab.dispatch.tracer import Tracer

_DEEPEST = 3
"""Lists, dicts and objects in one another that are looked into."""
_WIDEST = 1_000
"""Members of one of them."""
_NAMELESS = "leaf "
"""How the name of one begins that has none; a space is in no name of Python's."""
_NAMED = 12
"""Names in a message."""


def leaves(names: Mapping[str, object]) -> dict[str, Any]:
    """Parameters of the modules, and leaves that require grad, that the names lead to; each once.

    >>> import torch
    >>> rate, net = torch.ones(1, requires_grad=True), torch.nn.Linear(2, 1)
    >>> list(leaves({"rate": rate, "parts": [net], "again": net, "data": torch.ones(3)}))
    ['rate', 'parts.0.weight', 'parts.0.bias']
    """
    found: dict[int, tuple[str, Any]] = {}
    for name, thing in names.items():
        if not name.startswith("__"):
            for path, leaf in _inside(name, thing, _DEEPEST):
                found.setdefault(id(leaf), (path, leaf))
    return dict(found.values())


def leaves_in_functions(frame: FrameType | None, tracer: Tracer) -> dict[str, Any]:
    """The same of the functions that run, the outermost first; then what else was recorded, and no global leads to.

    Functions end and take their names along: somebody must look while they run.
    """
    from tensorlab.dispatch.frames import users

    scripts: dict[str, Any] = {}
    functions: list[tuple[str, Mapping[str, object]]] = []
    frame = users(frame)
    while frame is not None:
        here = frame.f_locals
        if frame.f_globals.get("__name__") == "__main__" and here is frame.f_globals:
            scripts = frame.f_globals
            break
        if not frame.f_code.co_filename.startswith(OURS):
            functions.append((frame.f_code.co_name, here))
        frame = users(frame.f_back)
    if not functions:
        return {}
    found = theirs = leaves(scripts)
    for function, names in reversed(functions):
        found = joined(found, leaves(names), function)
    found = joined(found, _recorded(tracer), "not named")
    return {name: leaf for name, leaf in found.items() if name not in theirs}


def joined(found: Mapping[str, Any], more: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Both, each leaf once; of two that have one name, the second is told by where it is, too.

    >>> a, b, c = object(), object(), object()
    >>> list(joined({"x": a}, {"y": a, "x": b, "z": c}, "main"))
    ['x', 'x (main)', 'z']
    """
    all_of_them = dict(found)
    known = {id(leaf) for leaf in found.values()}
    for name, leaf in more.items():
        if id(leaf) not in known:
            known.add(id(leaf))
            all_of_them[name if name not in found else f"{name} ({where})"] = leaf
    return all_of_them


def _recorded(tracer: Tracer) -> dict[str, Any]:
    """Parameters of modules that were called, and leaves that operators were given, as far as they live."""
    torch: Any = sys.modules["torch"]
    found: dict[str, Any] = {}
    for path, module in tracer.paths.living():
        for name, parameter in module.named_parameters(recurse=False):
            found.setdefault(f"{path}.{name}", parameter)
    for number, tensor in tracer.identities.living():
        if isinstance(tensor, torch.Tensor) and tensor.is_leaf and tensor.requires_grad:
            found[f"{_NAMELESS}{number} {str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"] = tensor
    return found


def placed(found: Mapping[str, Any], tracer: Tracer) -> dict[str, Any]:
    """The same; of leaves that nothing has a name for, the name tells the line that made them."""
    numbers = {name: tracer.tensor_number(leaf) for name, leaf in found.items() if name.startswith(_NAMELESS)}
    made: dict[int, str] = {}
    for call in tracer.calls if numbers else ():
        for number in (*call.tensors[1], *call.tensors[0]):
            made.setdefault(number, call.line)
    lines = {name: made.get(-1 if number is None else number, "") for name, number in numbers.items()}
    return {f"{name} {lines[name]}" if lines.get(name) else name: leaf for name, leaf in found.items()}


def named(names: Mapping[str, object], found: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a tensor
    """The tensor that a dotted name means: one that was found, or one of the globals.

    Raises:
        UnavailableError: There is none of that name.

    >>> named({"x": 3}, {"net.weight": None}, "net.weigh")
    Traceback (most recent call last):
    tensorlab.errors.UnavailableError: no tensor of the script is called 'net.weigh'
    hint: did you mean 'net.weight'?
    """
    if path in found:
        return found[path]
    first, *rest = path.split(".")
    thing: Any = names.get(first)
    for word in rest:
        thing = _member(thing, word)
    if hasattr(type(thing), "requires_grad") and hasattr(type(thing), "grad_fn"):
        return thing
    if thing is not None:
        raise UnavailableError(f"{path} is no tensor: it is of type {short_name(thing)}", hint=_hint(path, found))
    raise UnavailableError(f"no tensor of the script is called {path!r}", hint=_hint(path, found))


def _member(thing: Any, word: str) -> Any:  # noqa: ANN401 - whatever a script holds
    try:
        return thing[int(word)] if word.isdigit() else thing[word] if isinstance(thing, dict) else getattr(thing, word)
    except (AttributeError, LookupError, TypeError):
        return None


def _hint(path: str, found: Mapping[str, Any]) -> str:
    if not found:
        return "it has none that wants a gradient"
    names = [*found]
    rest = len(names) - _NAMED
    shown = unknown_name("tensor", path, names).hint
    return shown if rest <= 0 or shown.startswith("did") else f"known: {', '.join(names[:_NAMED])} and {rest:,} more"


def _inside(name: str, thing: object, depth: int) -> Iterator[tuple[str, Any]]:
    """The leaves that one name leads to: of a module, those that are frozen too."""
    torch: Any = sys.modules["torch"]
    if isinstance(thing, torch.nn.Module):
        yield from ((f"{name}.{inner}", parameter) for inner, parameter in thing.named_parameters())
    elif isinstance(thing, torch.Tensor):
        if thing.is_leaf and thing.requires_grad:
            yield name, thing
    elif depth:
        for inner, one in _members(thing):
            yield from _inside(f"{name}.{inner}", one, depth - 1)


def _members(thing: object) -> list[tuple[object, object]]:
    """What a list, a dict, or an object of a class of the script's holds."""
    if isinstance(thing, list | tuple):
        return list(enumerate(thing[:_WIDEST]))
    if isinstance(thing, dict):
        return [(key, thing[key]) for key in [*thing][:_WIDEST] if isinstance(key, str)]
    own = type(thing).__module__ == "__main__" and not isinstance(thing, type)
    return list(getattr(thing, "__dict__", {}).items()) if own else []
