"""What a command is pointed at: an expression or a file, as an object."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tensorlab.errors import ExpressionError, StoreError, UnavailableError, UnsupportedError, unknown_name
from tensorlab.views.expression import evaluate, parse, roots_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIXES = (".npy", ".npz", ".pt", ".pth")
_MEMORY_BYTES = 4 * 2**30


def load(target: str, *, name: str = "") -> object:
    """The object that an expression or a file stands for.

    A file is one by its suffix: .npy and .npz are read without pickle, .pt and .pth with ``weights_only``. Anything
    else is an expression.

    Raises:
        ExpressionError: The expression is not understood, fails, or needs more than 4 GiB of memory.
        UnavailableError: There is no such file.
        StoreError: The file cannot be read, or holds something else.
        UnsupportedError: The file holds several arrays and ``name`` chooses none.

    >>> load("[1, 2.5]")
    [1, 2.5]
    """
    if target.endswith(_SUFFIXES) and not target.endswith(")"):
        return _load_file(Path(target), name)
    if name:
        raise UnsupportedError(f"--name chooses an array of a file; got {name!r} with an expression")
    expression = parse(target)
    roots = _roots(roots_of(expression))
    with _bounded_memory():
        return evaluate(expression, roots)


def _roots(names: frozenset[str]) -> Mapping[str, object]:
    """Only the libraries that the expression names are imported."""
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
def _bounded_memory() -> Iterator[None]:
    """A limit on new memory, where the system has one: a mistyped size becomes an error, not a dead process."""
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
        raise ExpressionError(f"the expression needs more than {_MEMORY_BYTES:,} B of memory") from error
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return None
    import resource

    return pages * resource.getpagesize()


def _load_file(path: Path, name: str) -> object:
    if not path.is_file():
        raise UnavailableError(f"there is no file {str(path)!r}", hint="an expression does not end in a file's suffix")
    try:
        content = _load_numpy(path) if path.suffix in {".npy", ".npz"} else _load_torch(path)
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreError(f"{str(path)!r} cannot be read as {path.suffix}: {reason}") from error
    return _chosen(content, name, path)


def _load_numpy(path: Path) -> object:
    import numpy as np

    if path.suffix == ".npy":
        return np.lib.format.open_memmap(path, mode="r")
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as loaded:
        return dict(loaded)


def _load_torch(path: Path) -> object:
    import torch

    return torch.load(path, map_location="cpu", weights_only=True)


def _chosen(content: object, name: str, path: Path) -> object:
    if not isinstance(content, Mapping):
        return content
    if name in content:
        return content[name]
    if name:
        raise unknown_name(f"array of {str(path)!r}", name, map(str, content))
    if len(content) == 1:
        return next(iter(content.values()))
    names = ", ".join(map(str, list(content)[:6])) + (", ..." if len(content) > 6 else "")
    raise UnsupportedError(f"{str(path)!r} holds {len(content)} arrays: {names}", hint="choose one with --name")
