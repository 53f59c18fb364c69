"""Answers that depend on nothing: most of what a backend says."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


def always(value: Value) -> Callable[..., Value]:
    """A function that returns the value whatever it is given.

    >>> always("cpu")("any", size=1)
    'cpu'
    """

    def answer(*arguments: object, **options: object) -> Value:  # noqa: ARG001 - that is the point
        return value

    return answer
