"""What a command is pointed at: an expression or a file, as an object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import is_zipfile

from tensorlab.diagram.several import names
from tensorlab.errors import (
    ExpressionError,
    StoreError,
    TensorlabError,
    UnavailableError,
    UnsupportedError,
    unknown_name,
)
from tensorlab.render.width import shortened
from tensorlab.views.expression import evaluate, parse, roots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MEMORY_BYTES = 4 * 2**30


def load_all(targets: Sequence[str], *, name: str = "") -> list[object]:
    """The objects that expressions and files stand for; a later expression may use the earlier ones as A, B, C, ...

    ``name`` chooses an array of each file.

    Raises:
        TensorlabError: As ``load`` raises it.

    >>> load_all(["[1, 2, 3]", "A[1:]", "A * 2"])
    [[1, 2, 3], [2, 3], [1, 2, 3, 1, 2, 3]]
    """
    found: dict[str, object] = {}
    for word, target in zip(names(), targets, strict=False):
        chosen = name if len(targets) == 1 or _is_named_file(target) else ""
        found[word] = load(target, name=chosen, given=found)
    if name and not any(map(_is_named_file, targets)):
        raise UnsupportedError(f"--name chooses an array of a file; got {name!r} with expressions")
    return list(found.values())


def load(target: str, *, name: str = "", given: Mapping[str, object] | None = None) -> object:
    """The object that an expression or a file stands for; an expression may use what is given, by its name.

    A file is what is there, or has the suffix of one: .npy and .npz are read without pickle, .pt and .pth with
    ``weights_only`` after their directory and their pickle were checked; of .safetensors only the header is read. The
    arrays of a nested dict have dotted names. Anything else is an expression.

    Raises:
        ExpressionError: The expression is not understood, fails, or needs more than 4 GiB of memory.
        UnavailableError: There is no such file.
        StoreError: The file cannot be read, or holds something else.
        UnsupportedError: The file is of another kind, or holds no array, or several of which ``name`` chooses none.

    >>> load("[1, 2.5]")
    [1, 2.5]
    """
    known = given or {}
    if target.strip() not in known and _is_named_file(target):
        return _load_file(Path(target), name)
    if name:
        raise UnsupportedError(f"--name chooses an array of a file; got {name!r} with an expression")
    expression = parse(target, names=known)
    roots = loaded(roots_of(expression)) | dict(known)
    with bounded_memory():
        return evaluate(expression, roots)


def loaded(names: frozenset[str]) -> dict[str, object]:
    """The libraries that an expression names; only those are imported.

    >>> sorted(loaded(frozenset({"array"})))
    ['array']
    """
    roots: dict[str, object] = {}
    if "torch" in names:
        import torch

        roots["torch"] = torch
    if names & {"np", "numpy"}:
        import numpy as np

        roots["np"] = roots["numpy"] = np
    if "array" in names:
        import array

        roots["array"] = array
    return roots


@contextmanager
def bounded_memory() -> Iterator[None]:
    """A limit on new memory, where the system has one: a mistyped size becomes an error, not a dead process.

    Raises:
        ExpressionError: More memory was asked for.

    >>> with bounded_memory():
    ...     len(bytes(10))
    10
    """
    try:
        import resource
    except ImportError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = _address_space()
    if used is None:
        yield
        return
    wanted = used + _MEMORY_BYTES
    limits = [limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    except MemoryError as error:
        raise ExpressionError(f"this needs more than {_MEMORY_BYTES:,} B of memory") from error
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return None
    import resource

    return pages * resource.getpagesize()


def _is_named_file(target: str) -> bool:
    """What is there, or has the suffix of a file that is read."""
    path = Path(target)
    return path.suffix.lower() in _READERS or _is_file(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # an expression is too long for a path, or holds what no path can
        return False


def _load_file(path: Path, name: str) -> object:
    if not _is_file(path):
        there = os.path.lexists(path)
        told = f"{str(path)!r} is no regular file" if there else f"there is no file {shortened(str(path))!r}"
        raise UnavailableError(told, hint="name a file that is there, or write an expression")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        raise UnsupportedError(f"{str(path)!r} is a file of another kind", hint=f"files that are read: {known}")
    try:
        return reader(path, name)
    except TensorlabError:
        raise
    except Exception as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> StoreError:
    reason = (str(error).splitlines() or [""])[0]
    if "weights_only" in str(error) or "Weights only" in str(error):
        reason = "it holds more than tensors and numbers, and pickled code is not run"
        return StoreError(f"{str(path)!r} is not read: {reason}", hint="save the module's state_dict() instead")
    told = f"{type(error).__name__}: {reason}" if reason else f"it ends early or is damaged ({type(error).__name__})"
    return StoreError(f"{str(path)!r} cannot be read as {path.suffix}: {told}", hint="is it whole, and of that kind?")


def _load_numpy(path: Path, name: str) -> object:
    import numpy as np

    if name:
        raise UnsupportedError(f"{str(path)!r} holds one array; --name {name!r} chooses nothing")
    return np.lib.format.open_memmap(path, mode="r")


def _load_archive(path: Path, name: str) -> object:
    """One array of an .npz file; the others stay as they are, and a bomb meets the limit on memory."""
    import numpy as np

    _require_directory(path)
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays, bounded_memory():
        return arrays[_chosen(arrays.files, name, path)]


def _load_torch(path: Path, name: str) -> object:
    """One tensor of a .pt file. Files of today's format are mapped, not read; older ones meet the limit on memory."""
    import torch

    with path.open("rb") as stream:
        mapped = stream.read(4) == b"PK\3\4" or is_zipfile(stream)
    if mapped:
        from tensorlab.memory.files.reading import read_file

        read_file(path)  # it is sound, and to load it calls nothing but what rebuilds data
    with nullcontext() if mapped else bounded_memory():
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    if not isinstance(content, Mapping):
        return content
    arrays = _arrays(content)
    return arrays[_chosen(arrays, name, path)]


def _load_safetensors(path: Path, name: str) -> object:
    """Where one tensor of the file lies; its elements are not read."""
    from tensorlab.memory.files.reading import read_file

    tensors = dict(read_file(path).tensors)
    return tensors[_chosen(tensors, name, path)]


def _require_directory(path: Path) -> None:
    """The directory of an archive is sound: no records that overlap, none that would grow without end."""
    from tensorlab.memory.files.source import opened
    from tensorlab.memory.files.zipped import entries

    with opened(path) as source:
        entries(source)


_READERS = {
    ".npy": _load_numpy,
    ".npz": _load_archive,
    ".pt": _load_torch,
    ".pth": _load_torch,
    ".safetensors": _load_safetensors,
}


def _arrays(content: Mapping[Any, object]) -> dict[str, object]:
    """Every array in nested dicts, by its dotted name."""
    found: dict[str, object] = {}
    pending: list[tuple[str, object]] = [("", content)]
    seen: set[int] = set()
    while pending:
        prefix, value = pending.pop()
        if isinstance(value, Mapping) and id(value) not in seen:
            seen.add(id(value))
            start = f"{prefix}." if prefix else ""
            pending += [(f"{start}{key}", inner) for key, inner in reversed(list(value.items()))]
        elif hasattr(value, "shape") or _is_list(value):
            found[prefix] = value
    return found


def _is_list(value: object) -> bool:
    """Whether it is a list of numbers, or of lists; one of dicts, as an optimizer has, is no array."""
    return isinstance(value, (list, tuple)) and not any(isinstance(item, (Mapping, str)) for item in value)


def _chosen(names: Iterable[str], name: str, path: Path) -> str:
    known = list(names)
    if name in known:
        return name
    if name:
        raise unknown_name(f"array of {str(path)!r}", name, known)
    if len(known) == 1:
        return known[0]
    if not known:
        raise UnsupportedError(f"{str(path)!r} holds no array")
    some = ", ".join(known[:6]) + (", ..." if len(known) > 6 else "")
    raise UnsupportedError(f"{str(path)!r} holds {len(known)} arrays: {some}", hint="choose one with --name")
