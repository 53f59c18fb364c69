"""A new file that is there as a whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tensorlab.errors import StoreError
from tensorlab.memory.files.source import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """A stream to a file beside the output, which takes its name at the end; where an error ends it, nothing is left.

    Raises:
        StoreError: It cannot be written, or something took the name meanwhile.
    """
    target = Path(path)
    scratch = ""
    try:
        descriptor, scratch = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.chmod(scratch, mode)  # noqa: PTH101 - the name is a string
            os.fsync(stream.fileno())
        _take_name(scratch, path)
    except FileExistsError as error:
        raise StoreError(f"{quoted(path)} is there already, and is left as it is", hint="name a new file") from error
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{quoted(path)} cannot be written: {error.strerror}") from error
    finally:
        if scratch:
            with suppress(FileNotFoundError):
                os.unlink(scratch)  # noqa: PTH108 - the name is a string


def _take_name(scratch: str, path: str) -> None:
    """A second name for the file, which nothing may have; where there are no second names, the file is renamed."""
    try:
        os.link(scratch, path)
    except FileExistsError:
        raise
    except OSError:
        os.replace(scratch, path)  # noqa: PTH105 - the names are strings
    _settle(os.path.dirname(path) or ".")  # noqa: PTH120 - the name is a string


def _settle(folder: str) -> None:
    """The new name on the disk, where a folder can be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
