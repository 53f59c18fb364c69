"""A file that is read in pieces of bounded size, and never waited for."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError, TensorlabError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHOLE = "is it whole, and of that kind?"
_OPTIONAL_FLAGS = ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY")
"""So that a pipe does not make us wait; those that the system knows."""
_NO_NAME = frozenset({None, errno.ENAMETOOLONG})
_MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Source:
    """An open regular file; only what is asked for is read."""

    path: str
    """As the user wrote it."""
    size: int
    """Bytes, when it was opened."""
    descriptor: int

    @property
    def name(self) -> str:
        """The path in an error: quoted, and not longer than any reader wants."""
        return quoted(self.path)

    def take(self, position: int, count: int) -> bytes:
        """Exactly these bytes.

        Raises:
            StoreError: They lie outside the file, or the system does not give them.
        """
        if position < 0 or count < 0 or position + count > self.size:
            raise StoreError(
                f"{self.name} is cut or damaged: it has {self.size:,} bytes, and {position + count:,} are needed",
                hint=_WHOLE,
            )
        return b"".join(self._pieces(position, count))

    def _pieces(self, position: int, count: int) -> Iterator[bytes]:
        while count:
            try:
                os.lseek(self.descriptor, position, os.SEEK_SET)
                piece = os.read(self.descriptor, min(count, 2**24))
            except OSError as error:
                raise StoreError(f"{self.name} cannot be read: {error.strerror}") from error
            if not piece:
                raise StoreError(f"{self.name} became shorter while it was read", hint="is something writing it?")
            yield piece
            position, count = position + len(piece), count - len(piece)

    def refused(self, reason: str, *, hint: str = _WHOLE) -> StoreError:
        """The error for a file that is not what it should be."""
        return StoreError(f"{self.name} is not read: {reason}", hint=hint)


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Source]:
    """The file, open for reading.

    Raises:
        UnavailableError: There is none.
        StoreError: It may not be read, or is a folder, a pipe, a device.

    >>> with opened(__file__) as source:
    ...     source.take(0, 3)
    b'\"\"\"'
    """
    words = os.fspath(path)
    try:  # looked at before it is opened, since to open a device can be to change it
        _require_file(words, os.stat(words))  # noqa: PTH116 - a name that no Path takes gives a sentence
        descriptor = os.open(words, _flags())
    except (OSError, ValueError) as error:
        raise _not_opened(words, error) from error
    try:
        status = os.fstat(descriptor)
        _require_file(words, status)
        yield Source(words, status.st_size, descriptor)
    finally:
        os.close(descriptor)


def quoted(words: str) -> str:
    """A name in quotes, its end left out where it is longer than any reader wants.

    >>> quoted("a.pt"), len(quoted("x" * 9999))
    ("'a.pt'", 305)
    """
    return repr(words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS]}...")


def _flags() -> int:
    flags = os.O_RDONLY
    for flag in _OPTIONAL_FLAGS:
        flags |= getattr(os, flag, 0)
    return flags


def _require_file(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{quoted(path)} is no regular file", hint="name a file of tensors")


def _not_opened(path: str, error: OSError | ValueError) -> TensorlabError:
    """A ``ValueError`` comes of a name that no file can have: with a NUL, or longer than names are."""
    if isinstance(error, TensorlabError):
        return error
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) or getattr(error, "errno", None) in _NO_NAME:
        return UnavailableError(f"there is no file {quoted(path)}", hint="name a file that is there")
    return StoreError(f"{quoted(path)} cannot be opened: {getattr(error, 'strerror', error)}", hint="may it be read?")
