"""Files of tensors: how they lie there, what is dead weight, and a copy without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from tensorlab.memory.files.record import FileRetention, Slimmed


def file_retention(path: str | os.PathLike[str]) -> FileRetention:
    """What a file of tensors keeps: where each lies, which share, which bytes no tensor touches.

    Files of torch (.pt, .pth), safetensors and NumPy (.npy, .npz) are told apart by what they begin with. No pickle is
    run, no element is read, and neither torch nor NumPy is loaded.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It cannot be read, is cut, damaged or made to mislead, or is of another kind.

    >>> file_retention("nowhere.pt")
    Traceback (most recent call last):
    tensorlab.errors.UnavailableError: there is no file 'nowhere.pt'
    hint: name a file that is there
    """
    from tensorlab.memory.files.reading import read_file
    from tensorlab.memory.files.weighing import weigh

    return weigh(read_file(_path(path)))


def slimmed_copy(path: str | os.PathLike[str], output: str | os.PathLike[str]) -> Slimmed:
    """Write a copy of a file of torch without the bytes that no tensor touches.

    Each group of tensors whose extents overlap gets a storage of its own; tensors that shared bytes still do, and all
    else is as it was. The file itself is not touched, the copy is never larger, and is there as a whole or not at all.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It cannot be read, or the output is there already or cannot be written.

    >>> slimmed_copy("nowhere.pt", "out.pt")
    Traceback (most recent call last):
    tensorlab.errors.UnavailableError: there is no file 'nowhere.pt'
    hint: name a file that is there
    """
    from tensorlab.memory.files.slim import slim_file

    return slim_file(_path(path), _path(output))


def file_named(thing: object) -> str | None:
    """The path that an object stands for: of a ``Path`` always, of a word where something is there; else None.

    >>> file_named("a word") is None, file_named([1]) is None, file_named(__file__) == __file__
    (True, True, True)
    """
    if isinstance(thing, os.PathLike):
        return _path(thing)
    try:
        return thing if isinstance(thing, str) and os.path.lexists(thing) else None
    except ValueError:  # no file can be called so
        return None


def _path(path: object) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise UnsupportedError(f"a path is a word or a Path; got {type(path).__name__}", hint="give 'model.pt'")
    words = os.fspath(path)
    if not isinstance(words, str):
        raise UnsupportedError("a path is text; got bytes", hint="decode it with os.fsdecode()")
    return words
