"""Statements as a user types them to be explained: names are given to values, values are written in place.

``x = torch.arange(6.); x[x > 2] = 0; x += 1``: what stands on both sides is read as an expression is, under its limits.
"""

from __future__ import annotations

import ast
import operator
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError
from tensorlab.views.evaluation import Context, made, value_of
from tensorlab.views.expression import MOST_CHARACTERS, check_depth, named
from tensorlab.views.grammar import WritingCall, check_tree
from tensorlab.views.limits import check_arithmetic, check_index, check_number, check_write
from tensorlab.views.vocabulary import BUILTINS, LIBRARIES, OPERATORS, WRITING_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.views.evaluation import Watch

MOST_STATEMENTS = 100
_AUGMENTED: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.iadd,
    "-": operator.isub,
    "*": operator.imul,
    "/": operator.itruediv,
    "//": operator.ifloordiv,
    "%": operator.imod,
    "**": operator.ipow,
    "&": operator.iand,
    "|": operator.ior,
    "^": operator.ixor,
}


@dataclass(frozen=True, slots=True)
class Program:
    """A text whose statements were found to be part of the language. ``parse_program`` makes it."""

    text: str
    body: tuple[ast.stmt, ...] = field(compare=False, repr=False)
    writes: bool = False
    """Whether a statement writes into a value that was there before."""


def parse_program(text: str) -> Program:
    """Read statements, separated by ``;`` or lines: an expression, ``name = value``, ``name[index] = value``, ``+=``.

    A name stands for its value in the statements behind it. Methods that write (``x.add_(1)``) may be called.

    Raises:
        ExpressionError: A piece is not part of the language; names it, and what is meant.

    >>> parse_program("x = torch.arange(6.); x[x > 2] = 0; x += 1").writes
    True
    >>> parse_program("import os")
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: import os: Import is not part of the language of expressions
    hint: write expressions, name = value, name[index] = value, name += value
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"an expression has at most {MOST_CHARACTERS:,} characters; got {len(text):,}")
    stripped = text.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(stripped)
    except SyntaxError as error:
        raise ExpressionError(f"{stripped!r} is no expression: {error.msg}", hint="write one value") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"an expression of {len(text):,} characters could not be read: {error}") from error
    if not 1 <= len(tree.body) <= MOST_STATEMENTS:
        raise ExpressionError(f"1 to {MOST_STATEMENTS} statements can be explained; got {len(tree.body)}")
    check_depth(tree)
    names: set[str] = set()
    body = tuple(_checked(statement, names) for statement in tree.body)
    written = any(isinstance(node, WritingCall | ast.AugAssign) or _is_item(node) for s in body for node in ast.walk(s))
    return Program(stripped, body, written)


def libraries_of(program: Program) -> frozenset[str]:
    """The library names that the statements use, as written.

    >>> sorted(libraries_of(parse_program("x = np.arange(3); x[0] = 1")))
    ['np']
    """
    nodes = (node for statement in program.body for node in ast.walk(statement))
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name)) & frozenset(LIBRARIES)


def run_program(program: Program, roots: Mapping[str, object], watch: Watch | None = None) -> object:
    """Carry the statements out, with the libraries that ``libraries_of`` names; the value of the last.

    Raises:
        ExpressionError: Too much was asked for, or a call failed: names the piece, and what was said.

    >>> run_program(parse_program("x = [1, 2]; x * 2"), {})
    [1, 2, 1, 2]
    """
    known = dict(roots)
    context = Context(program.text, known, watch, program.writes)
    value: object = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for statement in program.body:
            value = _carried_out(statement, context, known)
    return value


def _is_item(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)


class _Writing(ast.NodeTransformer):
    """Marks the calls of methods that write."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITING_METHODS:
            return ast.copy_location(WritingCall(node.func, node.args, node.keywords), node)
        return node


def _checked(statement: ast.stmt, names: set[str]) -> ast.stmt:
    """The statement with given names marked; the name that it makes is known from now on."""
    allowed = "write expressions, name = value, name[index] = value, name += value"
    plain = isinstance(statement, ast.Expr | ast.AugAssign) or (
        isinstance(statement, ast.Assign) and len(statement.targets) == 1
    )
    if not plain:
        words = f"{ast.unparse(statement)[:60]}: {type(statement).__name__} is not part of the language of expressions"
        raise ExpressionError(words, hint=allowed)
    made_name = _target_name(statement)
    for node in ast.walk(statement):
        if isinstance(node, ast.Constant):
            check_number(node.value)
    assert isinstance(statement, ast.Expr | ast.AugAssign | ast.Assign), "the others were refused"
    statement.value = _expression(statement.value, names)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    if isinstance(target, ast.Subscript):
        target.value, target.slice = _expression(target.value, names), _expression(target.slice, names)
    if isinstance(statement, ast.AugAssign):
        _check_augmented(statement, names)
    names |= {made_name} if made_name else set()
    return statement


def _expression(node: ast.expr, names: set[str]) -> ast.expr:
    found: ast.expr = _Writing().visit(named(node, names))
    check_tree(found)
    return found


def _target_name(statement: ast.stmt) -> str:
    """The name that a statement makes; a target that is none, and no square brackets behind one, is refused."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    target = targets[0]
    if target is None or isinstance(target, ast.Subscript):
        return ""
    if not isinstance(target, ast.Name):
        raise ExpressionError(
            f"{ast.unparse(target)} cannot be assigned to", hint="assign to a name, or to name[index]"
        )
    if target.id in LIBRARIES or target.id in BUILTINS or target.id.startswith("_"):
        raise ExpressionError(f"{target.id} is a name of the language", hint="choose another: x, y, mask")
    return target.id


def _check_augmented(statement: ast.AugAssign, names: set[str]) -> None:
    if type(statement.op).__name__ not in OPERATORS:
        raise ExpressionError(f"{ast.unparse(statement)}: the operator is not part of the language of expressions")
    if isinstance(statement.target, ast.Name) and statement.target.id not in names:
        raise ExpressionError(f"{statement.target.id} has no value before {ast.unparse(statement)}")


def _carried_out(statement: ast.stmt, context: Context, known: dict[str, object]) -> object:
    if isinstance(statement, ast.Expr):
        return value_of(statement.value, context)
    if isinstance(statement, ast.AugAssign):
        return _augmented(statement, context, known)
    assert isinstance(statement, ast.Assign), "the grammar lets nothing else pass"
    target, value = statement.targets[0], value_of(statement.value, context)
    if isinstance(target, ast.Subscript):
        return _written(statement, target, value, context)
    assert isinstance(target, ast.Name), "the grammar lets nothing else pass"
    return _bound(target.id, value, context, known)


def _bound(name: str, value: object, context: Context, known: dict[str, object]) -> object:
    known[name] = value
    if context.watch is not None:
        context.watch.rename(value, name)
    return value


def _written(node: ast.stmt, target: ast.Subscript, value: object, context: Context) -> object:
    receiver, index = value_of(target.value, context), value_of(target.slice, context)
    with _told(node, context):
        check_write(receiver, (value,))
        check_index(receiver, index)
        return made(context, node, ("setitem", operator.setitem), (receiver, index, value))


def _augmented(node: ast.AugAssign, context: Context, known: dict[str, object]) -> object:
    sign = OPERATORS[type(node.op).__name__]
    function = _AUGMENTED[sign]
    if isinstance(node.target, ast.Name):
        before, value = known[node.target.id], value_of(node.value, context)
        with _told(node, context):
            check_arithmetic(sign, before, value)
            result = made(context, node, (function.__name__, function), (before, value))
        return _bound(node.target.id, result, context, known)
    assert isinstance(node.target, ast.Subscript), "the grammar lets nothing else pass"
    receiver, index = value_of(node.target.value, context), value_of(node.target.slice, context)
    value = value_of(node.value, context)
    with _told(node, context):
        check_write(receiver, (value,))
        check_index(receiver, index)
        part = made(context, node.target, ("getitem", operator.getitem), (receiver, index))
        check_arithmetic(sign, part, value)
        result = made(context, node, (function.__name__, function), (part, value))
        return made(context, node, ("setitem", operator.setitem), (receiver, index, result))


class _told:  # noqa: N801 - it reads as a function does
    """A block whose errors name the statement."""

    def __init__(self, node: ast.stmt, context: Context) -> None:
        self._text = (ast.get_source_segment(context.text, node) or ast.unparse(node))[:80]

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Say which statement failed, and what was said."""
        if isinstance(error, ExpressionError):
            raise ExpressionError(f"in {self._text}: {error.message}", hint=error.hint) from error
        if isinstance(error, Exception):
            said = str(error).strip() or "no message"
            raise ExpressionError(f"in {self._text}: {type(error).__name__}: {said[:1000]}") from error
