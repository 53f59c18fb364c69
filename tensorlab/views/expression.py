"""Expressions as a user types them on the command line: read with a whitelist, then evaluated on what the caller gives.

No library is imported here, no text is compiled or executed, and what the vocabulary does not name cannot be reached.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tensorlab.errors import ExpressionError
from tensorlab.views.evaluation import Context, value_of
from tensorlab.views.grammar import Given, check_tree
from tensorlab.views.limits import check_number
from tensorlab.views.vocabulary import LIBRARIES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_CHARACTERS = 10_000
MOST_DEPTH = 150
"""Of calls, operators and brackets inside one another: a chain of about 70 methods."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that was found to be part of the language, and its syntax tree. ``parse`` makes it."""

    text: str
    tree: ast.expr = field(compare=False, repr=False)


def parse(text: str, *, names: Collection[str] = ()) -> Expression:
    """Read an expression: literals, lists, tuples, operators, subscripts, and calls of what the vocabulary names.

    Args:
        text: What was typed.
        names: Of values that ``evaluate`` will be given.

    Raises:
        ExpressionError: It is no expression, or a piece of it is not allowed; names the piece and what is meant.

    >>> parse("torch.arange(6).view(2, 3).t()[0]")
    Expression(text='torch.arange(6).view(2, 3).t()[0]')
    >>> parse("torch.arange(6).transposed(0, 1)")
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: .transposed() is not part of the language of expressions
    hint: did you mean .transpose()?
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"an expression has at most {MOST_CHARACTERS:,} characters; got {len(text):,}")
    stripped = text.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an escape that Python does not know, say
            tree = ast.parse(stripped, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"{stripped!r} is no expression: {error.msg}", hint="write one value") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"an expression of {len(text):,} characters could not be read: {error}") from error
    check_depth(tree)
    tree = named(tree, names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            check_number(node.value)
    check_tree(tree)
    return Expression(stripped, tree)


def roots_of(expression: Expression) -> frozenset[str]:
    """The library names that the expression uses, as written: what the caller has to import.

    >>> sorted(roots_of(parse("torch.from_numpy(np.arange(3))"))), sorted(roots_of(parse("[0] * 3")))
    (['np', 'torch'], [])
    """
    names = {node.id for node in ast.walk(expression.tree) if isinstance(node, ast.Name)}
    return frozenset(names & set(LIBRARIES))


def evaluate(expression: Expression, roots: Mapping[str, object]) -> object:
    """The value of an expression, with the libraries that ``roots_of`` names and the values that ``parse`` was told of.

    What they warn of is not shown.

    Raises:
        ExpressionError: A library is not given, too much was asked for, or a call failed: names the piece of text and
            what its library said.

    >>> import array
    >>> evaluate(parse("array.array('d', [1, 2, 3])[::2]"), {"array": array})
    array('d', [1.0, 3.0])
    >>> evaluate(parse("A[1:]", names={"A"}), {"A": [1, 2]})
    [2]
    >>> evaluate(parse("[1, 2][2]"), {})
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: in [1, 2][2]: IndexError: list index out of range
    """
    with warnings.catch_warnings():  # the filters are one for all threads: evaluate in one thread at a time
        warnings.simplefilter("ignore")
        return value_of(expression.tree, Context(expression.text, roots))


def named(tree: ast.expr, names: Collection[str]) -> ast.expr:
    """The tree with the names marked that stand for values which are given.

    >>> type(named(ast.parse("x", mode="eval").body, {"x"})).__mro__[1].__name__
    'Name'
    """
    found: ast.expr = _Naming(names).visit(tree) if names else tree
    return found


class _Naming(ast.NodeTransformer):
    """Marks the names that stand for given values."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        return ast.copy_location(Given(id=node.id, ctx=node.ctx), node)


def check_depth(tree: ast.AST) -> None:
    """Refuse a tree that is nested too deep to be walked.

    Raises:
        ExpressionError: It has more levels than ``MOST_DEPTH``.

    >>> check_depth(ast.parse("-" * 200 + "1"))
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: an expression nests at most 150 deep
    hint: split it: evaluate a part of it, then go on with that
    """
    level = [tree]
    for _ in range(MOST_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(
        f"an expression nests at most {MOST_DEPTH} deep", hint="split it: evaluate a part of it, then go on with that"
    )
