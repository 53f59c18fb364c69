"""A picture as a file: written as a whole or not at all, in the format that its suffix says."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING, Protocol, cast

from tensorlab.errors import StoreError, TensorlabError, UnknownNameError, UnsupportedError
from tensorlab.render.width import printable, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tensorlab.render.diagram_levels import Layers

_PAINTERS = {".png": "tensorlab.render.png"}
"""Formats that need a library: what paints them is loaded when it is asked for."""
_LAYERS = "tensorlab.render.graph_layout"
"""What puts boxes of a graph into rows: loaded when one is drawn."""
_NUMBERS = count()
"""Of the files that are written first: each is given once in a process."""


class Painter(Protocol):
    """What a module in this table offers."""

    def painted(self, svg: str) -> bytes:
        """The picture in the format."""


def paint(suffix: str, svg: str) -> bytes:
    """The picture in a format that needs a library.

    Raises:
        UnavailableError: The library is not installed.

    >>> from tensorlab.render.svg import svg
    >>> from tensorlab.scene.record import Group
    >>> paint(".png", svg(Group(())))[1:4]
    b'PNG'
    """
    painter = cast("Painter", import_module(_PAINTERS[suffix]))
    return painter.painted(svg)


class Layering(Protocol):
    """What the module that puts boxes into rows offers."""

    def layered(self, count: int, arrows: Sequence[tuple[int, int]]) -> Layers:
        """Rows of boxes."""


def layers(count: int, arrows: Sequence[tuple[int, int]]) -> Layers:
    """Boxes in rows, by the layout library.

    Raises:
        UnavailableError: The library is not installed.

    >>> layers(2, [(0, 1)]).rows
    [[0], [1]]
    """
    return cast("Layering", import_module(_LAYERS)).layered(count, arrows)


def save(path: str | os.PathLike[str], makers: Mapping[str, Callable[[], str | bytes]]) -> Path:
    """Write what the maker of the path's suffix makes; text in UTF-8. Whatever was there is replaced at the end.

    Raises:
        UnsupportedError: ``path`` is no path.
        UnknownNameError: No maker has that suffix.
        StoreError: The file cannot be written; then nothing is left of it, and what was there before is as it was.

    >>> save("picture.jpeg", {".svg": str, ".png": str})
    Traceback (most recent call last):
    tensorlab.errors.UnknownNameError: a picture is saved as .svg or .png; got 'picture.jpeg'
    hint: name it 'picture.svg'
    >>> save("no-such-folder/a.svg", {".svg": str})
    Traceback (most recent call last):
    tensorlab.errors.StoreError: there is no folder 'no-such-folder' to write 'a.svg' in
    hint: make it first
    """
    target = _named(path)
    make = makers.get(target.suffix.lower())
    if make is None:
        raise UnknownNameError(
            f"a picture is saved as {_listed(list(makers))}; got {_quoted(target)}",
            hint="name a file" if target.name in {"", ".."} else f"name it {_quoted(_suffixed(target, makers))}",
        )
    try:
        final = _writable(target)
        made = make()
        _replace(final, made if isinstance(made, bytes) else made.encode("utf-8", "backslashreplace"))
    except TensorlabError:
        raise
    except UnicodeEncodeError as error:
        raise StoreError(f"no file can be called {_quoted(target)}", hint="choose another name") from error
    except OSError as error:
        raise StoreError(
            f"{_quoted(target)} cannot be written: {error.strerror}", hint="choose another name or folder"
        ) from error
    return target


def _named(path: str | os.PathLike[str]) -> Path:
    try:
        name = os.fspath(path)
    except Exception as error:
        came = printable(shortened(type(path).__name__))
        raise UnsupportedError(
            f"a picture is saved at a path; got an object of type {came}", hint="give 'picture.svg'"
        ) from error
    if not isinstance(name, str):
        raise UnsupportedError("a path of a picture is text; got bytes", hint="give os.fsdecode(...) of it")
    if "\0" in name:
        raise StoreError(f"no file can be called {name!r}", hint="choose another name")
    return Path(name)


def _suffixed(target: Path, makers: Iterable[str]) -> Path:
    return target.with_suffix(next(iter(makers)))


def _listed(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _quoted(path: Path) -> str:
    return repr(str(path))


def _writable(target: Path) -> Path:
    """Where the bytes go, links followed."""
    final = Path(os.path.realpath(target))
    if not final.parent.is_dir():
        raise StoreError(
            f"there is no folder {_quoted(target.parent)} to write {target.name!r} in", hint="make it first"
        )
    if final.is_dir():
        raise StoreError(f"{_quoted(target)} is a folder", hint="choose another name")
    if final.exists() and not final.is_file():
        raise StoreError(f"{_quoted(target)} is no regular file", hint="choose another name")
    if final.exists() and not os.access(final, os.W_OK):
        raise StoreError(
            f"{_quoted(target)} may not be written", hint="choose another name, or change who may write it"
        )
    return final


def _replace(final: Path, made: bytes) -> None:
    """Beside the file first, then in its place, so that no reader finds half of it.

    Once the new file has its place, its first name is free for others: only where it has not is that name removed.
    """
    descriptor, scratch = _scratch(final)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(made)
        with suppress(FileNotFoundError):
            scratch.chmod(S_IMODE(final.stat().st_mode))
        scratch.replace(final)
    except BaseException:
        with suppress(FileNotFoundError):
            scratch.unlink()
        raise


def _scratch(final: Path) -> tuple[int, Path]:
    """A new file beside another, with the rights that the user gives new files; no two calls get one name."""
    for number in _NUMBERS:
        scratch = final.with_name(f".{final.name[:40]}.{os.getpid()}.{number}.part")
        with suppress(FileExistsError):
            return os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), scratch
    raise StoreError(f"{_quoted(final)} cannot be written")  # pragma: no cover - the numbers do not end
