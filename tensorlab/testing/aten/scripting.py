"""A failing call of an operator as a script that needs torch alone, and fails at its last line."""

from __future__ import annotations

import subprocess
import sys
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.testing.aten.arguments import named_tensors
from tensorlab.testing.aten.shrinking import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.testing.aten.calling import Prepared
    from tensorlab.testing.aten.record import Plan
    from tensorlab.testing.record import Laid, VerdictWord

_LONGEST = 200
"""Elements that are written one by one."""
_SECONDS = 120.0
_EXACT = "rtol=0, atol=0, equal_nan=True"
_CONTIGUOUS = "clone(memory_format=torch.contiguous_format)"


class _Unwritten(Exception):  # noqa: N818 - it leaves this file for nobody
    """An argument that has no source."""


def confirmed(call: Prepared, plan: Plan, verdict: VerdictWord) -> tuple[str, bool]:
    """A script of the call, and whether it was run and failed at its last line alone.

    The operator is called by the first of its public names under which the script fails.

    Args:
        call: The operator and its arguments.
        plan: Which of them lie otherwise than in C order.
        verdict: The promise that is broken.
    """
    first = ""
    for name in _names(call):
        try:
            script = script_of(call, plan, verdict, name)
        except _Unwritten:
            return "", False
        first = first or script
        if fails_at_the_end(script, dies=verdict == "CRASH"):
            return script, True
    return first, False


def fails_at_the_end(script: str, *, dies: bool = False) -> bool:
    r"""Whether all lines but the last run in a fresh interpreter, and the last one fails, or ends it.

    >>> fails_at_the_end("x = 1\nassert x == 2")
    True
    """
    body, _, last = script.rstrip().rpartition("\n")
    marked = f"{body}\nprint('so far', flush=True)\n{last}"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and lines that we wrote
            [sys.executable, "-W", "ignore", "-c", marked],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return "so far" in done.stdout and (done.returncode < 0 if dies else done.returncode == 1)


def _names(call: Prepared) -> Iterator[str]:
    """Public names of the operator's function, as a script would write them."""
    name = str(call.op.name)
    if call.variant == "in-place":
        method = getattr(call.function, "__name__", "")
        roads = [f"Tensor.{method}"] if method.endswith("_") else [f"Tensor.{name}_", f"{name}_"]
    else:
        roads = [name, f"Tensor.{name}", f"ops.aten.{name}", f"ops.aten.{name.rpartition('.')[2]}"]
    for road in roads:
        if _reached(road):
            yield f"torch.{road}"


def _reached(road: str) -> bool:
    found: Any = torch
    for word in road.split("."):
        found = getattr(found, word, None)
    return callable(found)


def script_of(call: Prepared, plan: Plan, verdict: VerdictWord, name: str) -> str:
    """The lines: arguments, the call in C order, the call in question.

    >>> from tensorlab.testing.aten.calling import Prepared
    >>> from tensorlab.testing.aten.record import Plan
    >>> call = Prepared(None, "call", torch.ravel, [[torch.ones(2, 2)], {}])
    >>> print(script_of(call, Plan((0,), ("transposed",)), "REFUSED", "torch.Tensor.view"))
    import torch
    x = torch.tensor([[1.0, 1.0], [1.0, 1.0]]).mT.contiguous().mT
    torch.Tensor.view(x.clone(memory_format=torch.contiguous_format))
    torch.Tensor.view(x)
    """
    relaid = dict(zip(plan.positions, plan.layouts, strict=True))
    names = _variables(call)
    lines = [
        line
        for position, variable in enumerate(names)
        for line in _made(call, position, variable, relaid.get(position, ""), whole=verdict == "STRAY-WRITE")
    ]
    last = _LAST[verdict](call, names, relaid, name)
    text = "\n".join([*lines, *last])
    values = [word for word in ("nan", "inf") if f"{word}" in text.replace("equal_nan", "")]
    imports = ["import torch"] + ([f"from math import {', '.join(values)}"] if values else [])
    return "\n".join([*imports, text])


def _variables(call: Prepared) -> list[str]:
    """Short names for the tensors, in the order in which they are given."""
    letters = iter("xyzabcdefghijklmnop")
    outs = sum(name.startswith("out") for name in call.names)
    numbers = iter(range(outs))
    named = []
    for name in call.names:
        if name.startswith("out"):
            named.append("out" if outs == 1 else f"out{next(numbers)}")
        else:
            letter = next(letters, "")
            if not letter:
                raise _Unwritten
            named.append(letter)
    return named


def _made(call: Prepared, position: int, variable: str, layout: str, *, whole: bool) -> Iterator[str]:
    """The lines that make one tensor."""
    plain = _literal(call.values[position])
    laid = call.laid(position, layout) if layout else None
    if laid is None:
        yield f"{variable} = {plain}"
    elif layout == "transposed" and not whole:
        yield f"{variable} = {plain}.mT.contiguous().mT"
    else:
        more = whole or call.names[position].startswith("out")
        base = _base(laid, more=call.values[position].numel() if more else 0)
        if whole:
            yield f"{variable}_storage = {base}"
            base = f"{variable}_storage"
        yield f"{variable} = {base}{_view(laid)}.copy_({plain})"


def _base(laid: Laid, *, more: int = 0) -> str:
    """The storage, with so many elements behind it: what is written there ends no process."""
    size = laid.dtype.itemsize
    count = laid.nbytes // size // (2 if laid.neg else 1) + more
    kind = laid.dtype.kind
    if laid.neg:
        return f"torch.full(({count},), complex(nan, nan){'' if size == 4 else ', dtype=torch.complex128'}).conj().imag"
    fill = {"float": "nan", "complex": "complex(nan, nan)", "bool": "True"}.get(kind, "99")
    plain = laid.dtype.name in {"float32", "int64", "bool", "complex64"}
    return f"torch.full(({count},), {fill}{'' if plain else f', dtype=torch.{laid.dtype.name}'})"


def _view(laid: Laid) -> str:
    size = laid.dtype.itemsize
    strides = tuple(stride // size for stride in laid.layout.strides)
    start = laid.layout.offset // size
    return f".as_strided({laid.layout.shape}, {strides}{f', {start}' if start else ''}){'.conj()' if laid.conj else ''}"


def _literal(value: torch.Tensor) -> str:
    """The tensor in C order."""
    kind = str(value.dtype)
    dtype = "" if value.dtype in {torch.float32, torch.int64, torch.bool, torch.complex64} else f", dtype={kind}"
    shape = tuple(value.shape)
    ramp = counted(value)
    if not value.numel() or (value.numel() > 3 and not bool(value.any())):
        word = ", dtype=" + kind if value.dtype is not torch.float32 else ""
        return f"torch.zeros({shape}{word})"
    if ramp is not None and value.numel() > 3 and torch.equal(ramp, value):
        made = f"torch.arange(1.0, {value.numel() + 1}.0{dtype})"
        return made if value.dim() == 1 else f"{made}.view({', '.join(map(str, shape))})"
    if value.numel() > _LONGEST:
        raise _Unwritten
    return f"torch.tensor({_written(value.tolist())}{dtype})"


def _written(leaf: Any) -> str:  # noqa: ANN401 - an argument
    """The source of an argument that is no tensor."""
    if isinstance(leaf, (list, tuple, dict)):
        return _written_nest(leaf)
    if isinstance(leaf, float) and not isfinite(leaf):
        return "nan" if isnan(leaf) else "inf" if leaf == inf else "-inf"
    if isinstance(leaf, slice):
        return f"slice({_written(leaf.start)}, {_written(leaf.stop)}, {_written(leaf.step)})"
    if isinstance(leaf, torch.device):
        return repr(str(leaf))
    if leaf is None or leaf is Ellipsis or isinstance(leaf, _PLAIN):
        return repr(leaf)
    raise _Unwritten


_PLAIN = (bool, int, float, complex, str, torch.dtype, torch.memory_format)


def _written_nest(nest: Any) -> str:  # noqa: ANN401 - a list, a tuple or a dict
    if isinstance(nest, dict):
        return "{" + ", ".join(f"{key!r}: {_written(item)}" for key, item in nest.items()) + "}"
    items = ", ".join(map(_written, nest))
    return f"[{items}]" if isinstance(nest, list) else f"({items}{',' if len(nest) == 1 else ''})"


def _call(call: Prepared, name: str, variables: list[str]) -> str:
    """The call with these variables for its tensors."""
    words = iter(variables)
    positional, keywords = call.arguments
    parts = [_nested(item, words) for item in positional]
    parts += [f"{key}={_nested(item, words)}" for key, item in keywords.items()]
    return f"{name}({', '.join(parts)})"


def _nested(item: Any, words: Iterator[str]) -> str:  # noqa: ANN401 - an argument
    if isinstance(item, torch.Tensor):
        return next(words)
    if not any(True for _ in named_tensors(item)):
        return _written(item)
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key!r}: {_nested(one, words)}" for key, one in item.items()) + "}"
    items = ", ".join(_nested(one, words) for one in item)
    return f"[{items}]" if isinstance(item, list) else f"({items}{',' if len(item) == 1 else ''})"


def _in_order(names: list[str], relaid: dict[int, str], written: set[int]) -> list[str]:
    """The variables, with copies in C order for those that are laid out anew, and for those that are written."""
    return [
        f"{variable}_right" if position in written else f"{variable}.{_CONTIGUOUS}" if position in relaid else variable
        for position, variable in enumerate(names)
    ]


def _targets(call: Prepared) -> set[int]:
    """The tensors that this form of the operator is there to write."""
    if call.variant == "in-place":
        return {0}
    return {position for position, name in enumerate(call.names) if name.startswith("out")}


def _wrong(call: Prepared, names: list[str], relaid: dict[int, str], name: str) -> list[str]:
    targets = _targets(call)
    right = _call(call, name, _in_order(names, relaid, targets))
    given = _call(call, name, names)
    if not targets:
        return [f"right = {right}", f"torch.testing.assert_close({given}, right, equal_nan=True)"]
    copies = [f"{names[place]}_right = {names[place]}.{_CONTIGUOUS}" for place in sorted(targets)]
    pairs = [(names[place], f"{names[place]}_right") for place in sorted(targets)]
    one, other = (", ".join(words) for words in zip(*pairs, strict=True))
    both = f"({one}), ({other})" if len(pairs) > 1 else f"{one}, {other}"
    return [*copies, right, given, f"torch.testing.assert_close({both}, equal_nan=True)"]


def _refused(call: Prepared, names: list[str], relaid: dict[int, str], name: str) -> list[str]:
    return [_call(call, name, _in_order(names, relaid, set())), _call(call, name, names)]


def _mutated(call: Prepared, names: list[str], relaid: dict[int, str], name: str) -> list[str]:
    place = next(iter(relaid))
    before = f"before = {names[place]}.{_CONTIGUOUS}"
    return [before, _call(call, name, names), f"torch.testing.assert_close({names[place]}, before, {_EXACT})"]


def _stray(call: Prepared, names: list[str], relaid: dict[int, str], name: str) -> list[str]:
    place = next(iter(relaid))
    laid = call.laid(place, relaid[place])
    assert laid is not None, "the plan names layouts that the tensors have"
    variable = names[place]
    return [
        f"before = {variable}_storage.clone()",
        _call(call, name, names),
        f"{variable}.copy_(before{_view(laid)})  # its own elements as they were",
        f"torch.testing.assert_close({variable}_storage, before, {_EXACT})",
    ]


_LAST = {
    "SILENT-WRONG": _wrong,
    "REFUSED": _refused,
    "CRASH": _refused,
    "MUTATED": _mutated,
    "STRAY-WRITE": _stray,
}
