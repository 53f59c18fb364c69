"""Files of tensors: how they lie there, what is dead weight, and a copy without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorlab.errors import UnsupportedError
from tensorlab.memory.naming import attributes, reason
from tensorlab.memory.retention.kinds import called

if TYPE_CHECKING:
    from tensorlab.memory.files.record import FileRetention, Slimmed

_SUFFIXES = (".pt", ".pth", ".safetensors", ".npy", ".npz")
_LONGEST = 4096
"""Letters of a path."""


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
    from tensorlab.memory.files.slim import forecast
    from tensorlab.memory.files.weighing import weigh

    content = read_file(_path(path))
    told = weigh(content)
    return weigh(content, forecast(content.path)) if told.dead and content.kind == "torch archive" else told


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
    """The path that an object stands for, else None.

    That of a ``Path`` always; a word where something is there, or where it looks like a path: it has the suffix of a
    file of tensors, or a separator in it.

    >>> file_named("a word") is None, file_named([1]) is None, file_named("nofile.pt"), file_named(__file__) == __file__
    (True, True, 'nofile.pt', True)
    """
    kind = type(thing)  # the object's own word for its class may be anything, or raise
    if _is_path(kind) and not issubclass(kind, (dict, list, tuple, set, frozenset)):
        return _path(thing)
    if not issubclass(kind, str):
        return None
    word = str.__str__(thing)
    try:
        return word if _looks_like_path(word) or os.path.lexists(word) else None
    except ValueError:  # no file can be called so
        return None


def _is_path(kind: type) -> bool:
    return "__fspath__" in attributes(kind) if not issubclass(kind, type) else False


def _looks_like_path(word: str) -> bool:
    if not word.isprintable() or len(word) > _LONGEST:
        return False
    return word.lower().endswith(_SUFFIXES) or os.sep in word


def _path(path: object) -> str:
    kind = type(path)
    if issubclass(kind, str):
        return str.__str__(path)
    if not _is_path(kind):
        raise UnsupportedError(f"a path is a word or a Path; got {called(type(path))}", hint="give 'model.pt'")
    try:
        words = os.fspath(path)  # type: ignore[call-overload]  # it was looked at
    except Exception as error:
        words = f"{type(error).__name__}: {reason(error)}"
        raise UnsupportedError(f"an object of type {called(type(path))} does not tell its path: {words}") from error
    if type(words) is not str:
        raise UnsupportedError("a path is text; got bytes", hint="decode it with os.fsdecode()")
    return words
