"""What objects keep alive, what saving them costs, and which of them share bytes."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from tensorlab.api.files import file_named, file_retention
from tensorlab.errors import TensorlabError, UnsupportedError, unknown_name
from tensorlab.memory.living.watch import Look, watched
from tensorlab.memory.naming import reason, type_name
from tensorlab.memory.owners import is_array
from tensorlab.memory.registry import describe
from tensorlab.memory.retention.account import account
from tensorlab.memory.retention.kinds import called
from tensorlab.memory.retention.record import SaveSize
from tensorlab.memory.retention.walk import inside, is_holder, walk
from tensorlab.memory.sharing_groups.sweep import sharing_groups

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import torch

    from tensorlab.memory.files.record import FileRetention
    from tensorlab.memory.living.record import Live
    from tensorlab.memory.retention.record import Retention
    from tensorlab.memory.retention.walk import Found, Opener
    from tensorlab.memory.sharing_groups.record import SharingMap

_DEVICE = re.compile(r"(cpu|cuda|meta|mps|xpu|hpu|mtia)(:\d+)?")


@overload
def retains(thing: os.PathLike[str]) -> FileRetention:  # type: ignore[overload-overlap]  # a path is no container  # noqa: D418 - as below
    """Of a file."""


@overload
def retains(thing: object) -> Retention:  # noqa: D418 - every public function says what it does
    """Of an object."""


def retains(thing: object) -> Retention | FileRetention:
    """What an object keeps alive: tensors and arrays by storage, bytes used against bytes kept, its size when saved.

    Args:
        thing: A tensor, an array, a buffer; or anything that holds some: a dict, list, tuple, set, dataclass, module,
            state dict, optimizer, nested as deeply as you like. Or a file of tensors, as a ``Path`` or its name.

    Returns:
        A ``Retention``, of a file a ``FileRetention``: ``str()`` tells the waste, ``show(record)`` draws all of it.

    Raises:
        UnsupportedError: It has neither elements in memory nor anything inside.
        UnavailableError: It is the path of a file that is not there.
        StoreError: It is a file that cannot be read.

    >>> import torch, tensorlab
    >>> print(tensorlab.retains({"v": torch.zeros(10**6)[:10]}))
    v uses 40 B, retains 4,000,000 B (100000x); clone() before saving
    >>> print(tensorlab.retains({"v": torch.zeros(10**6)[:10]}).saved)
    torch.save writes 4,001,577 B
    """
    path = file_named(thing)
    if path is not None:
        return file_retention(path)
    with _foreign_errors(thing):
        found = walk(inside(thing), _opener())
        named = [(entry.name, entry.memory) for entry in found.entries]
        if not named and not is_holder(thing):
            named = [("", describe(thing))]  # a table of pointers; or it raises, since there is nothing to tell
        return account(
            called(type(thing)), named, saved=_saved(thing, found), skipped=found.skipped, unseen=found.unseen
        )


@contextmanager
def _foreign_errors(thing: object) -> Iterator[None]:
    """Objects may be of the user's own classes, whose code raises what it likes."""
    try:
        yield
    except TensorlabError:
        raise
    except Exception as error:
        words = f"{type(error).__name__}: {reason(error)}"
        raise UnsupportedError(
            f"an object of type {called(type(thing))} does not tell what it holds: {words}"
        ) from error


def _opener() -> Opener | None:
    if sys.modules.get("torch") is None:
        return None
    from tensorlab.memory.retention.tensors import held_by

    return held_by


def _saved(thing: Any, found: Found) -> SaveSize:  # noqa: ANN401 - any object
    if is_array(thing) and type(thing).__name__ in {"ndarray", "memmap"}:
        from tensorlab.memory.retention.array_file import array_size

        return array_size(thing)
    if sys.modules.get("torch") is None:
        return SaveSize(writer="torch.save", least=None, most=None, reason="torch is not loaded")
    from tensorlab.memory.retention.archive import save_size

    return save_size(thing, found)


def sharing_map(*things: object) -> SharingMap:
    """Which of many objects share bytes with which, in groups.

    Args:
        *things: Tensors, arrays, buffers, which are called "a", "b", ...; or one dict, list, module, or ``locals()``,
            whose names are used. What has no elements is passed by.

    Returns:
        A ``SharingMap``: ``str()`` is a line a group with one byte that proves it, ``show(record)`` draws it.

    Raises:
        UnsupportedError: There is nothing to compare.

    >>> import torch, tensorlab
    >>> x = torch.arange(20)
    >>> print(tensorlab.sharing_map(x, x[10:], torch.zeros(3)))
    a and b share memory, 160 B in all: a[10] and b[0] are the same byte
    c shares with none
    """
    named: dict[str, object] = dict(zip(_letters(len(things)), things, strict=True))
    whole: object = named
    if len(things) == 1 and (is_holder(things[0]) or type(things[0]) in {list, tuple}):
        whole = inside(things[0])
    with _foreign_errors(things):
        found = walk(whole, _opener(), into_objects=False)
        if not found.entries and whole is named:
            kinds = ", ".join(type_name(thing) for thing in things) or "nothing"
            raise UnsupportedError(
                f"there is nothing to compare in {kinds}",
                hint="give tensors, arrays, buffers, or a dict, list or module",
            )
        return sharing_groups(((entry.name, entry.memory) for entry in found.entries), skipped=found.skipped)


def live(*, device: str | torch.device | None = None) -> Live:
    """Every live tensor of the process by storage, and who refers to it; as a context manager, what changed in between.

    Found through Python's garbage collector by their real type, with the gradients of leaves. What only C++ holds is
    not seen: tensors that an autograd graph saved, buffers of libraries. On CUDA, once it is in use, torch's allocator
    tells how much there is of that. Nothing is kept alive by asking, and no garbage is collected: what waits in a cycle
    is still there. Without torch there is no tensor.

    Args:
        device: Only tensors there: "cpu", "cuda" for all of its devices, "cuda:1", "meta", or a
            ``torch.device``. All where None.

    Returns:
        A ``Live``. ``with tensorlab.live() as before_after`` binds an object whose ``change``, when the block has
        ended, tells which tensors were created and freed, how many are still there, and the growth in bytes.

    Raises:
        UnknownNameError: There is no such kind of device.

    >>> import torch, tensorlab
    >>> kept = []
    >>> with tensorlab.live() as before_after:
    ...     for _ in range(3):
    ...         kept.append(torch.zeros(1000))
    >>> len(before_after.created), before_after.growth
    (3, 12000)
    """
    torch = sys.modules.get("torch")
    word = str(device) if torch is not None and type(device) is torch.device else device
    if word is not None and (type(word) is not str or not _DEVICE.fullmatch(word)):
        raise unknown_name("device", str(device), ("cpu", "cuda", "cuda:0", "meta", "mps", "xpu"))
    return watched(partial(_look, "cpu" if word == "cpu:0" else word))


def _look(device: str | None) -> Look:
    if sys.modules.get("torch") is None:
        return Look([], [])
    from tensorlab.memory.living.collect import device_totals, live_tensors

    tensors, records = live_tensors(device)
    return Look(tensors, records, device_totals(records))


def _letters(count: int) -> list[str]:
    """a, b, ... z, or x0, x1, ... where there are more."""
    return list("abcdefghijklmnopqrstuvwxyz"[:count]) if count <= 26 else [f"x{n}" for n in range(count)]
