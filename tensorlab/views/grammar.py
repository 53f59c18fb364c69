"""Which expressions there are: a walk over the syntax tree that lets nothing pass but what the vocabulary names."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError
from tensorlab.views.vocabulary import (
    ATTRIBUTES,
    BUILTINS,
    CALLABLE_CONSTANTS,
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    KEYWORDS,
    LIBRARIES,
    METHODS,
    MOST_POSITIONAL,
    OPERATORS,
    TYPES,
    WRITING_METHODS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Given(ast.Name):
    """A name that stands for a value which the caller gives."""


class WritingCall(ast.Call):
    """A call of a method that writes, where the text may."""


Given.__name__ = "Name"  # so that it is written back as any name is
WritingCall.__name__ = "Call"
_MOST_HINTS = 12
"""Words that a hint lists."""
_NAMES_A_DTYPE = frozenset({"astype", "dtype", "view"})


def check_tree(tree: ast.expr) -> None:
    """Refuse a syntax tree that holds anything outside the language.

    Raises:
        ExpressionError: A piece of it is no part of the language; names the piece, and what is meant or allowed.

    >>> check_tree(ast.parse("torch.arange(6).t()", mode="eval").body)
    >>> check_tree(ast.parse("torch.aranje(6)", mode="eval").body)
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: torch.aranje is not part of the language of expressions
    hint: did you mean torch.arange?
    """
    check = _CHECKS.get(type(tree))
    if check is None:
        raise ExpressionError(
            f"{ast.unparse(tree)}: {type(tree).__name__} is not part of the language of expressions",
            hint="write numbers, words in quotes, lists, tuples, operators, subscripts, and calls of known functions",
        )
    check(tree)


def library_path(node: ast.expr) -> tuple[str, str] | None:
    """The library and the dotted path behind it, where a chain of attributes starts at a library's name.

    >>> library_path(ast.parse("np.lib.stride_tricks.as_strided", mode="eval").body)
    ('np', 'lib.stride_tricks.as_strided')
    >>> library_path(ast.parse("x.shape", mode="eval").body) is None
    True
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if parts and isinstance(node, ast.Name) and node.id in LIBRARIES:
        return node.id, ".".join(reversed(parts))
    return None


def _constant(node: ast.Constant) -> None:
    """Every literal that Python has is one of ours."""


def _given(node: Given) -> None:
    """The caller says what it is."""


def _sequence(node: ast.List | ast.Tuple) -> None:
    for item in node.elts:
        check_tree(item)


def _unary(node: ast.UnaryOp) -> None:
    if not isinstance(node.op, ast.USub | ast.UAdd | ast.Invert):
        raise _unknown(f"the operator in {ast.unparse(node)}", "", [], ["-", "+", "~"])
    check_tree(node.operand)


def _binary(node: ast.BinOp) -> None:
    if type(node.op).__name__ not in OPERATORS:
        raise _unknown(f"the operator in {ast.unparse(node)}", "", [], OPERATORS.values())
    check_tree(node.left)
    check_tree(node.right)


def _compare(node: ast.Compare) -> None:
    if len(node.ops) != 1 or type(node.ops[0]).__name__ not in COMPARISONS:
        raise _unknown(
            f"the comparison in {ast.unparse(node)}", "", [], [f"a {sign} b" for sign in COMPARISONS.values()]
        )
    check_tree(node.left)
    check_tree(node.comparators[0])


def _name(node: ast.Name) -> None:
    if node.id in LIBRARIES:
        raise ExpressionError(
            f"{node.id} is a library, not a value", hint=f"take something of it: {node.id}.{_first(node.id)}"
        )
    if node.id in BUILTINS:
        raise ExpressionError(f"{node.id} is a function, not a value", hint=f"call it: {node.id}(...)")
    known = [*LIBRARIES, *sorted(BUILTINS)]
    raise _unknown(node.id, node.id, known, known)


def _attribute(node: ast.Attribute) -> None:
    path = library_path(node)
    if path is None:
        check_tree(node.value)
        if node.attr in METHODS and node.attr not in ATTRIBUTES:
            raise ExpressionError(f".{node.attr} is a method, not a value", hint=f"call it: .{node.attr}(...)")
        _known(f".{node.attr}", node.attr, ATTRIBUTES, METHODS)
        return
    root, words = path
    library = LIBRARIES[root]
    if words in FUNCTIONS[library] and words not in CONSTANTS[library]:
        raise ExpressionError(f"{root}.{words} is a function, not a value", hint=f"call it: {root}.{words}(...)")
    _known(f"{root}.{words}", words, CONSTANTS[library], FUNCTIONS[library])


def _call(node: ast.Call) -> None:
    name = _called(node.func)
    for argument in node.args:
        _argument(argument, kind=name in _NAMES_A_DTYPE)
    if len(node.args) > MOST_POSITIONAL.get(name, len(node.args)):
        raise ExpressionError(
            f"{ast.unparse(node)}: an array to write into is not part of the language of expressions",
            hint=f"{name}() takes at most {MOST_POSITIONAL[name]} arguments by place",
        )
    for keyword in node.keywords:
        _keyword(keyword, node)


def _writing_call(node: WritingCall) -> None:
    assert isinstance(node.func, ast.Attribute), "only methods are marked"
    _known(f".{node.func.attr}()", node.func.attr, WRITING_METHODS, ())
    check_tree(node.func.value)
    for argument in node.args:
        check_tree(argument)
    for keyword in node.keywords:
        _keyword(keyword, node)


def _keyword(keyword: ast.keyword, call: ast.Call) -> None:
    if keyword.arg is None:
        raise _unknown(f"** in {ast.unparse(call)}", "", [], ["name=value"])
    if keyword.arg not in KEYWORDS:
        raise _unknown(f"{keyword.arg}= in {ast.unparse(call)}", keyword.arg, [], KEYWORDS)
    _argument(keyword.value, kind=keyword.arg == "dtype")


def _called(function: ast.expr) -> str:
    """The last word of what is called, once it is known that it may be."""
    if isinstance(function, ast.Name):
        if function.id not in BUILTINS:
            known = [*sorted(BUILTINS), *LIBRARIES]
            raise _unknown(f"{function.id}()", function.id, known, known)
        return function.id
    if not isinstance(function, ast.Attribute):
        raise _unknown(f"calling {ast.unparse(function)}", "", [], ["name(...)", "value.method(...)"])
    path = library_path(function)
    if path is None:
        check_tree(function.value)
        _known(f".{function.attr}()", function.attr, METHODS, ())
    else:
        root, words = path
        library = LIBRARIES[root]
        _known(f"{root}.{words}", words, FUNCTIONS[library] | CALLABLE_CONSTANTS[library], CONSTANTS[library])
    return function.attr


def _argument(node: ast.expr, *, kind: bool) -> None:
    """A value; where it is a dtype, the name of a type of Python's too."""
    if not (kind and isinstance(node, ast.Name) and node.id in TYPES):
        check_tree(node)


def _subscript(node: ast.Subscript) -> None:
    check_tree(node.value)
    check_tree(node.slice)


def _slice(node: ast.Slice) -> None:
    for bound in (node.lower, node.upper, node.step):
        if bound is not None:
            check_tree(bound)


_CHECKS: dict[type[ast.expr], Callable[[Any], None]] = {
    ast.Constant: _constant,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    WritingCall: _writing_call,
    ast.Name: _name,
    Given: _given,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
}


def _first(root: str) -> str:
    return {"torch": "arange(6)", "numpy": "arange(6)", "array": "array('d', [1.0])"}[LIBRARIES[root]]


def _known(written: str, word: str, allowed: Iterable[str], elsewhere: Iterable[str]) -> None:
    words = set(allowed)
    if word not in words:
        raise _unknown(written, word, words | set(elsewhere), words)


def _unknown(written: str, word: str, candidates: Iterable[str], allowed: Iterable[str]) -> ExpressionError:
    """Private names get no suggestion; the others the nearest that there is, or a dozen of those that are allowed."""
    near = [] if word.startswith("_") else get_close_matches(word, list(candidates), n=1)
    words = sorted(allowed)
    is_short = word.startswith("_") or len(words) <= _MOST_HINTS
    nearest = words[:_MOST_HINTS] if is_short else sorted(get_close_matches(word, words, n=_MOST_HINTS, cutoff=0))
    more = f", and {len(words) - len(nearest)} more" if len(words) > len(nearest) else ""
    said = f"did you mean {written.replace(word, near[0])}?" if near else f"allowed: {', '.join(nearest)}{more}"
    return ExpressionError(f"{written} is not part of the language of expressions", hint=said)
