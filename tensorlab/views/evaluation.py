"""The value of an expression that the grammar let pass: the tree is walked, nothing is compiled or executed."""

from __future__ import annotations

import ast
import operator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Protocol

from tensorlab.errors import ExpressionError
from tensorlab.views.aliasing import check_result, check_source, check_writable
from tensorlab.views.grammar import Given, WritingCall, library_path
from tensorlab.views.limits import (
    check_arithmetic,
    check_builtin,
    check_function,
    check_index,
    check_method,
    check_number,
    check_write,
)
from tensorlab.views.vocabulary import COMPARISONS, LIBRARIES, OPERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BUILTINS: dict[str, Callable[..., object]] = {
    kind.__name__: kind for kind in (bool, bytearray, bytes, complex, float, int, list, memoryview, range, tuple)
}
_ARITHMETIC: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_UNARY: dict[type[ast.unaryop], tuple[Callable[[Any], object], str]] = {
    ast.USub: (operator.neg, "neg"),
    ast.UAdd: (operator.pos, "pos"),
    ast.Invert: (operator.invert, "invert"),
}
_LONGEST = 1000
"""Characters of a message, at its start."""


class Watch(Protocol):
    """Who makes the calls of an expression, if they are to be seen."""

    def made(
        self, name: str, text: str, function: Callable[..., object], args: tuple[object, ...], **keywords: object
    ) -> object:
        """Make one call, and give what it gives; "getitem" for square brackets, "add" for ``+``, "iadd" for ``+=``."""

    def foresees(self, name: str, args: tuple[object, ...], keywords: Mapping[str, object]) -> bool:
        """Whether a call that takes too much would be told without being made."""

    def rename(self, thing: object, name: str) -> None:
        """A value has been given a name."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a walk needs to know."""

    text: str
    """The source, to quote the piece that failed."""
    roots: Mapping[str, object]
    """The libraries, and the values that the caller gives, by the names they have in the source."""
    watch: Watch | None = None
    """Who makes the calls; None where nobody watches."""
    writes: bool = False
    """Whether the text writes into its values, so that none may be one that nothing may write."""


def value_of(node: ast.expr, context: Context) -> object:
    """The value of a tree that ``check_tree`` has let pass.

    Raises:
        ExpressionError: A limit was passed, a library is not given, or one raised: names the piece and what was said.

    >>> text = "[1, 2] * 2 + [-3 // 2]"
    >>> value_of(ast.parse(text, mode="eval").body, Context(text, {}))
    [1, 2, 1, 2, -2]
    """
    try:
        value = _VALUES[type(node)](node, context)
        check_number(value)
    except ExpressionError as error:
        if error.__cause__ is not None:  # the piece was named further in
            raise
        raise ExpressionError(f"in {_quoted(node, context)}: {error.message}", hint=error.hint) from error
    except Exception as error:
        raise ExpressionError(f"in {_quoted(node, context)}: {type(error).__name__}: {_said(error)}") from error
    return value


def _said(error: Exception) -> str:
    """What a library said: it may quote a whole argument."""
    said = str(error).strip() or "no message"
    return said if len(said) <= 2 * _LONGEST else f"{said[:_LONGEST]} ... {said[-_LONGEST // 2 :]}"


def _quoted(node: ast.expr, context: Context) -> str:
    piece = ast.get_source_segment(context.text, node) or ast.unparse(node)
    return piece if len(piece) <= 80 else f"{piece[:60]} ... {piece[-15:]}"


def _constant(node: ast.Constant, _context: Context) -> object:
    return node.value


def _list(node: ast.List, context: Context) -> object:
    return [value_of(item, context) for item in node.elts]


def _tuple(node: ast.Tuple, context: Context) -> object:
    return tuple(value_of(item, context) for item in node.elts)


def _unary(node: ast.UnaryOp, context: Context) -> object:
    operand: Any = value_of(node.operand, context)
    check_arithmetic("-", 0, operand)  # as large as a difference
    function, name = _UNARY[type(node.op)]
    return made(context, node, (name, function), (operand,))


def _binary(node: ast.BinOp, context: Context) -> object:
    sign = OPERATORS[type(node.op).__name__]
    left, right = value_of(node.left, context), value_of(node.right, context)
    check_arithmetic(sign, left, right)
    return made(context, node, (_ARITHMETIC[sign].__name__, _ARITHMETIC[sign]), (left, right))


def _compare(node: ast.Compare, context: Context) -> object:
    sign = COMPARISONS[type(node.ops[0]).__name__]
    left, right = value_of(node.left, context), value_of(node.comparators[0], context)
    check_arithmetic(sign, left, right)
    return made(context, node, (_ARITHMETIC[sign].__name__, _ARITHMETIC[sign]), (left, right))


def _name(node: ast.Name, _context: Context) -> object:
    """Only the types that stand for a dtype get here."""
    return _BUILTINS[node.id]


def _given(node: Given, context: Context) -> object:
    return context.roots[node.id]


def _attribute(node: ast.Attribute, context: Context) -> object:
    path = library_path(node)
    if path is not None:
        return _looked_up(path, context)
    receiver = value_of(node.value, context)
    if node.attr == "imag":  # of real numbers NumPy makes new zeros
        check_method(node.attr, receiver, (), {})
    value = made(context, node, (node.attr, operator.attrgetter(node.attr)), (receiver,))
    if callable(value):
        raise ExpressionError(f".{node.attr} is a method here, not a value", hint=f"call it: .{node.attr}()")
    return value


def _call(node: ast.Call, context: Context) -> object:
    args = tuple(value_of(argument, context) for argument in node.args)
    kwargs = {keyword.arg: value_of(keyword.value, context) for keyword in node.keywords if keyword.arg}
    path = library_path(node.func)
    if path is not None:
        return _library_call(node, path, context, args, kwargs)
    if isinstance(node.func, ast.Name):
        check_builtin(node.func.id, args, kwargs)
        return made(context, node, (node.func.id, _BUILTINS[node.func.id]), args, kwargs)
    assert isinstance(node.func, ast.Attribute), "the grammar lets nothing else be called"
    receiver = value_of(node.func.value, context)
    with _unless_foreseen(context, node.func.attr, (receiver, *args), kwargs):
        check_method(node.func.attr, receiver, args, kwargs)
    if args or kwargs:
        check_source(node.func.attr, receiver)
    result = made(context, node, (node.func.attr, _method(node.func.attr)), (receiver, *args), kwargs)
    check_result(node.func.attr, result, args, kwargs)
    return result


def _writing_call(node: WritingCall, context: Context) -> object:
    assert isinstance(node.func, ast.Attribute), "only methods are marked"
    args = tuple(value_of(argument, context) for argument in node.args)
    kwargs = {keyword.arg: value_of(keyword.value, context) for keyword in node.keywords if keyword.arg}
    receiver = value_of(node.func.value, context)
    check_write(receiver, (*args, *kwargs.values()))
    return made(context, node, (node.func.attr, _method(node.func.attr)), (receiver, *args), kwargs)


@contextmanager
def _unless_foreseen(context: Context, *called: Any) -> Iterator[None]:  # noqa: ANN401 - a name, values, values by name
    """A check that does not stop a call which whoever watches tells without making it."""
    try:
        yield
    except ExpressionError:
        if context.watch is None or not context.watch.foresees(*called):
            raise


def _method(name: str) -> Callable[..., object]:
    def call(receiver: object, *args: object, **kwargs: object) -> object:
        return getattr(receiver, name)(*args, **kwargs)

    return call


def _library_call(
    node: ast.Call, path: tuple[str, str], context: Context, args: tuple[object, ...], kwargs: dict[str, object]
) -> object:
    root, words = path
    function: Any = _looked_up(path, context)
    with _unless_foreseen(context, words, args, kwargs):
        check_function(words, args, kwargs)
    check_source(words, args[0] if args else kwargs.get("x"))
    if context.writes and LIBRARIES[root] == "torch":
        check_writable(words, (*args, *kwargs.values()))
    result = made(context, node, (words.rpartition(".")[2], function), args, kwargs)
    check_result(words, result, args, kwargs)
    return result


def made(
    context: Context,
    node: ast.AST,
    called: tuple[str, Callable[..., object]],
    args: tuple[object, ...],
    kwargs: Mapping[str, object] | None = None,
) -> object:
    """What a function gives, called by whoever watches; ``called`` is its name and itself.

    >>> made(Context("-x", {}), ast.parse("-x"), ("neg", operator.neg), (3,))
    -3
    """
    name, function = called
    if context.watch is None:
        return function(*args, **(kwargs or {}))
    return context.watch.made(name, _written(node, context), function, args, **(kwargs or {}))


def _written(node: ast.AST, context: Context) -> str:
    """The piece of the source that is this call: of a chain, its last link alone."""
    inner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    inner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else inner
    piece = ast.get_source_segment(context.text, node) or ast.unparse(node)
    if inner is not None and not isinstance(inner, ast.Name | ast.Constant) and library_path(inner) is None:
        before = ast.get_source_segment(context.text, inner) or ""
        start = piece.find(before) + len(before)
        piece = piece[start:].lstrip(") ") if before and before in piece else piece
    return " ".join(piece.split())


def _subscript(node: ast.Subscript, context: Context) -> object:
    receiver: Any = value_of(node.value, context)
    index = value_of(node.slice, context)
    check_index(receiver, index)
    return made(context, node, ("getitem", operator.getitem), (receiver, index))


def _slice(node: ast.Slice, context: Context) -> object:
    bounds = (node.lower, node.upper, node.step)
    return slice(*(None if bound is None else value_of(bound, context) for bound in bounds))


_VALUES: dict[type[ast.expr], Callable[[Any, Context], object]] = {
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _tuple,
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


def _looked_up(path: tuple[str, str], context: Context) -> object:
    root, words = path
    if root not in context.roots:
        raise ExpressionError(f"{root} is needed and not given")
    return reduce(getattr, words.split("."), context.roots[root])
