"""The exceptions of tensorlab, one tree. Each is also the builtin that a caller would expect.

- TensorlabError(Exception)
    - LayoutError(ValueError): a shape, strides, offset or itemsize that cannot be
    - OutOfBoundsError(IndexError): an index or an axis outside its range
    - UnsupportedError(TypeError): an object or a dtype that no adapter understands
    - RaggedError(ValueError): nested lists that form no rectangle
    - UnknownNameError(ValueError): no workload, device, dtype or function of that name
    - ExpressionError(ValueError): an expression that is not understood, or failed
    - UnavailableError(RuntimeError): a device, an extra or a file that is not there
    - StoreError(OSError): a file that cannot be read or written
    - UndecidedError(ValueError): an answer that is not known was asked for a yes or a no
    - LayoutFindingError(AssertionError): a function breaks a promise for arguments in some layout

Example:
    >>> raise LayoutError("got 2 strides for 3 axes", hint="give one stride an axis")
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: got 2 strides for 3 axes
    hint: give one stride an axis
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class TensorlabError(Exception):
    """What tensorlab raises: what came, what was expected; ``hint`` says what to do.

    Args:
        message: What came and what was expected.
        hint: What to do about it; printed on a line of its own.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[TensorlabError], message: str, hint: str) -> TensorlabError:
    return kind(message, hint=hint)


class LayoutError(TensorlabError, ValueError):
    """A shape, strides, offset or itemsize that cannot be."""


class OutOfBoundsError(TensorlabError, IndexError):
    """An index or an axis outside its range."""


class UnsupportedError(TensorlabError, TypeError):
    """An object or a dtype that no adapter understands."""


class RaggedError(TensorlabError, ValueError):
    """Nested lists that form no rectangle."""


class UnknownNameError(TensorlabError, ValueError):
    """No workload, device, dtype or function of that name."""


class ExpressionError(TensorlabError, ValueError):
    """An expression that is not understood, or failed."""


class UnavailableError(TensorlabError, RuntimeError):
    """A device, an extra or a file that is not there."""


class StoreError(TensorlabError, OSError):
    """A file that cannot be read or written."""


class UndecidedError(TensorlabError, ValueError):
    """An answer that is not known was asked for a yes or a no."""


class LayoutFindingError(TensorlabError, AssertionError):
    """A function breaks a promise for arguments in some layout."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that is not in the table, with the nearest ones that are.

    >>> print(unknown_name("workload", "matmull", ["add", "matmul"]))
    no workload is called 'matmull'
    hint: did you mean 'matmul'?
    >>> print(unknown_name("device", "toaster", ["cpu", "cuda"]))
    no device is called 'toaster'
    hint: known: cpu, cuda
    """
    names = list(known)
    near = get_close_matches(str(name), names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
    return UnknownNameError(f"no {kind} is called {name!r}", hint=hint)
