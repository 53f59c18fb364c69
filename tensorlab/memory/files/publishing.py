"""A new file that is there as a whole or not at all, and never in the place of another."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tensorlab.errors import StoreError
from tensorlab.memory.files.source import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN_FILES = "/proc/self/fd"
_NO_LINKS = frozenset(
    {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOENT, errno.EXDEV}
)
"""What systems say that give a file no second name, or an open one none; a name that is taken is told apart."""


def require_new(path: str, original: str) -> None:
    """Nothing lies at the path of the output.

    Raises:
        StoreError: Something does, the original perhaps, or its folder is not there.

    >>> require_new("no-such-folder/out.pt", "in.pt")
    Traceback (most recent call last):
    tensorlab.errors.StoreError: there is no folder 'no-such-folder' to write 'no-such-folder/out.pt' in
    hint: make it first
    """
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - a name that no Path takes gives a sentence all the same
    if "\0" in path or not path:
        raise StoreError(f"no file can be called {quoted(path)}", hint="name a new file")
    if os.path.lexists(path):
        there = os.path.exists(path)  # noqa: PTH110 - as above
        same = there and os.path.samefile(path, original)  # noqa: PTH121 - as above
        told = "is the file itself, and that is left as it is" if same else "is there already, and is left as it is"
        raise StoreError(f"{quoted(path)} {told}", hint="name a new file")
    if not os.path.isdir(folder):  # noqa: PTH112 - as above
        raise StoreError(f"there is no folder {quoted(folder)} to write {quoted(path)} in", hint="make it first")


@contextmanager
def published(path: str, mode: int) -> Iterator[BinaryIO]:
    """A stream to a file without a name, which takes that of the output at the end.

    Where an error ends it before, or a signal, nothing is left. Where the system has no files without names, it has
    one beside the output meanwhile, which a signal that ends the process leaves there.

    Raises:
        StoreError: It cannot be written, or something took the name meanwhile.
    """
    try:
        with _scratch(Path(path)) as (stream, scratch):
            yield stream
            stream.flush()
            os.chmod(stream.fileno() if os.chmod in os.supports_fd else scratch, mode)  # noqa: PTH101 - a number
            os.fsync(stream.fileno())
            _take_name(stream, scratch, path)
        _settle(os.path.dirname(path) or ".")  # noqa: PTH120 - the name is a string
    except FileExistsError as error:
        raise StoreError(f"{quoted(path)} is there already, and is left as it is", hint="name a new file") from error
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{quoted(path)} cannot be written: {error.strerror}") from error


@contextmanager
def _scratch(target: Path) -> Iterator[tuple[BinaryIO, str]]:
    """A new file in the folder of the target, and its name; a process that is ended leaves none without a name."""
    nameless = _nameless(target.parent)
    if nameless is not None:
        with os.fdopen(nameless, "w+b") as stream:
            yield stream, ""
        return
    descriptor, scratch = _named(target)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream, scratch
    finally:
        with suppress(FileNotFoundError):
            os.unlink(scratch)  # noqa: PTH108 - the name is a string


def _nameless(folder: Path) -> int | None:
    """A file without a name in a folder; None where there are none, or where none could be named later."""
    flag = getattr(os, "O_TMPFILE", 0)
    if not flag or not os.path.isdir(_OPEN_FILES) or os.link not in os.supports_dir_fd:  # noqa: PTH112 - a constant
        return None
    try:
        return os.open(folder, flag | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _named(target: Path) -> tuple[int, str]:
    return tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)


def _take_name(stream: BinaryIO, scratch: str, path: str) -> None:
    """Give the file its name, which nothing may have; where there are no second names, the file is renamed."""
    try:
        if scratch:
            os.link(scratch, path)
        else:  # to name a folder, though the path is whole, is what makes it follow the link to the open file
            source = f"{_OPEN_FILES}/{stream.fileno()}"
            os.link(source, path, src_dir_fd=stream.fileno(), follow_symlinks=True)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _take_place(stream, scratch, path)


def _take_place(stream: BinaryIO, scratch: str, path: str) -> None:
    """Make an empty file of that name, which fails where there is one, and put the file in its place."""
    copied = "" if scratch else _copied(stream, Path(path))
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _replace(scratch or copied, path)
    finally:
        if copied:
            with suppress(FileNotFoundError):
                os.unlink(copied)  # noqa: PTH108 - the name is a string


def _replace(scratch: str, path: str) -> None:
    try:
        os.replace(scratch, path)  # noqa: PTH105 - the names are strings
    except OSError:
        os.unlink(path)  # noqa: PTH108 - the empty file of ours
        raise


def _copied(stream: BinaryIO, target: Path) -> str:
    """A copy with a name of a file without one."""
    descriptor, name = _named(target)
    with os.fdopen(descriptor, "wb") as copy:
        stream.seek(0)
        shutil.copyfileobj(stream, copy)
        copy.flush()
        os.chmod(name, os.fstat(stream.fileno()).st_mode & 0o777)  # noqa: PTH101 - the name is a string
        os.fsync(copy.fileno())
    return name


def _settle(folder: str) -> None:
    """The new name on the disk, where a folder can be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
