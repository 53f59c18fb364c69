"""The size of the file that ``torch.save`` would write, without reading or writing the bytes of a tensor."""

from __future__ import annotations

import pickle
import types
import warnings
from collections import OrderedDict, defaultdict
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.layout.address import extent
from tensorlab.memory.internals import without_overrides
from tensorlab.memory.mapped import is_readable
from tensorlab.memory.naming import reason
from tensorlab.memory.registry import describe
from tensorlab.memory.retention.record import SaveSize
from tensorlab.memory.retention.records_of_archive import archive_length, records_in
from tensorlab.memory.retention.states import Unpredictable, state_of
from tensorlab.memory.retention.tensors import held_by
from tensorlab.memory.retention.walk import walk
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.retention.walk import Found

_BUILTIN = frozenset(
    {
        bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, slice, range,
        type(None), type(...), OrderedDict, defaultdict,
    }
)  # fmt: skip
_TORCH = frozenset(
    {torch.Tensor, torch.nn.Parameter, torch.nn.Buffer, torch.Size, torch.dtype, torch.device, torch.layout,
     torch.memory_format, torch.UntypedStorage, torch.TypedStorage}
)  # fmt: skip
_KNOWN = _BUILTIN | _TORCH | {np.ndarray}
"""Types whose pickling runs no code but Python's, NumPy's and torch's."""
_MOST_READ = 2**27
"""Bytes of arrays, and of quantized tensors, that are read where the size of the file depends on them."""
_SMALL = 2**12
"""Bytes of an array that is pickled as it is."""
_QUANTIZED = ("qint", "quint")
_LETTERS = len("archive")
"""Of the name that stands for that of a file in a buffer."""


class _Counter:
    """Where the archive goes: nowhere, but it knows how long it would be."""

    def __init__(self) -> None:
        self.position = 0
        self.end = 0
        self.directory = b""

    def write(self, data: bytes) -> int:
        if data[:4] == b"PK\1\2":  # the last such is the directory, since nothing of a tensor follows it
            self.directory = bytes(data)
        self.position += len(data)
        self.end = max(self.end, self.position)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + (self.position if whence == 1 else self.end if whence == 2 else 0)
        self.end = max(self.end, self.position)
        return self.position

    def tell(self) -> int:
        return self.position

    def flush(self) -> None:
        """Nothing waits."""


def save_size(thing: object, found: Found) -> SaveSize:
    """How large the file of ``torch.save(thing, f)`` is; of a module or an optimizer, that of its ``state_dict()``.

    Storages are skipped over, so that neither size nor device matters. Where a NumPy array is pickled by value the
    length depends on its bytes: they are counted where that is cheap, else there are two bounds. Nothing is predicted
    where code of a class that is not Python's, NumPy's or torch's would have to run.

    >>> from tensorlab.memory.retention.walk import walk
    >>> view = torch.zeros(10**6)[:10]
    >>> print(save_size(view, walk(view)))
    torch.save writes 4,001,577 B
    """
    subject = ""
    try:
        state = state_of(thing)
        if state is not None:
            subject, thing, found = "state_dict()", state, walk(state, held_by)
        _require_known(found)
        return _measured(thing, subject, [entry.memory for entry in found.entries])
    except Unpredictable as stop:
        return _unknown(subject, str(stop))
    except RecursionError:
        return _unknown(subject, "it is nested too deeply to be pickled")
    except Exception as error:  # noqa: BLE001 - what torch.save would raise is the answer
        return _unknown(subject, f"{type(error).__name__}: {reason(error)}")


def _unknown(subject: str, words: str) -> SaveSize:
    return SaveSize(writer="torch.save", least=None, most=None, subject=subject, reason=words)


def _require_known(found: Found) -> None:
    for kind in sorted(found.types - _KNOWN, key=lambda kind: kind.__qualname__):
        if not issubclass(kind, (np.generic, np.dtype)) or issubclass(kind, np.void) or kind.__module__[:5] != "numpy":
            word = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
            cure = ": give its state_dict()" if issubclass(kind, (torch.nn.Module, torch.optim.Optimizer)) else ""
            raise Unpredictable(f"an object of type {word} is pickled by code of its own{cure}")
    for entry in found.entries:
        _require_plain(entry.thing, entry.name or "it")


def _require_plain(thing: object, name: str) -> None:
    if isinstance(thing, np.ndarray):
        if thing.dtype.hasobject:
            raise Unpredictable(f"{name} is an array of objects, which are pickled one by one")
    elif isinstance(thing, torch.Tensor):
        with without_overrides():
            if str(thing.layout) == "torch._mkldnn" or thing.device.type not in {"cpu", "cuda", "meta"}:
                raise Unpredictable(f"{name} would be copied to be saved")


def _measured(thing: object, subject: str, maps: list[MemoryMap]) -> SaveSize:
    held = [leaf for memory in maps for _, leaf in leaves(memory)]
    _require_little(leaf for leaf in held if leaf.library == "buffer")
    quantized = [leaf for leaf in held if leaf.dtype is not None and leaf.dtype.name.startswith(_QUANTIZED)]
    _require_little(quantized)
    values = _Values()
    module: Any = types.SimpleNamespace(__name__="pickle", Pickler=pickler(values))
    counter = _Counter()
    with (
        warnings.catch_warnings(),
        without_overrides(),
        nullcontext() if quantized else torch.serialization.skip_data(),
    ):
        warnings.simplefilter("ignore")
        torch.save(thing, counter, pickle_module=module)  # type: ignore[arg-type]  # it has all that is called
    return _sized(subject, counter, values)


def _sized(subject: str, counter: _Counter, values: _Values) -> SaveSize:
    """The pickle is the first record; what stands in for the values of arrays makes it shorter than it will be."""
    records = tuple(records_in(counter.directory))
    if not records or archive_length(records, _LETTERS) != counter.end:  # a torch that writes another way
        least, most = counter.end + values.least, counter.end + values.most
        return SaveSize(writer="torch.save", least=least, most=most, subject=subject)
    (after, size), *rest = records
    shortest, longest = (((after, size + more), *rest) for more in (values.least, values.most))
    return SaveSize(
        writer="torch.save",
        least=archive_length(shortest, _LETTERS),
        most=archive_length(longest, _LETTERS),
        subject=subject,
        records=longest,
    )


def _require_little(maps: Iterable[MemoryMap]) -> None:
    """What has to be read in full must be readable, and not be much."""
    chosen = list(maps)
    if not all(
        _is_safe(memory) for memory in chosen if memory.layout is not None and memory.storage and memory.storage.nbytes
    ):
        raise Unpredictable("some of its bytes cannot be read")
    size = unique_bytes(memory.storage for memory in chosen if memory.storage is not None)
    if size > _MOST_READ:
        raise Unpredictable(f"{size:,} B would have to be read to know")


class _Values:
    """Bytes that the file has beside those that were pickled here: of arrays, which are pickled by value."""

    def __init__(self) -> None:
        self.least = 0
        self.most = 0
        self.read = 0

    def stand_in(self, array: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - as pickle wants it
        """How the array is pickled, with two bytes in the place of its own."""
        if not self._may_read(array):
            return self._unread(array, None)
        if array.nbytes <= _SMALL:
            return NotImplemented
        return self._unread(array, int(np.count_nonzero(np.frombuffer(array.tobytes(), np.uint8) & 128)))

    def _unread(self, array: np.ndarray[Any, Any], high: int | None) -> tuple[object, ...]:
        """With two bytes in the place of its own; ``high`` of them take two in a pickle, None where it is not known."""
        self.least += array.nbytes - 2 + (high or 0)
        self.most += array.nbytes - 2 + (array.nbytes if high is None else high)
        reduced: Any = np.empty((0,), array.dtype).__reduce__()
        version = reduced[2][0]
        state = (version, array.shape, array.dtype, bool(array.flags.fnc), bytes(bytearray(2)))
        return reduced[0], reduced[1], state

    def _may_read(self, array: np.ndarray[Any, Any]) -> bool:
        """Whether its bytes are few enough, and lie where reading them cannot end the process."""
        self.read += array.nbytes
        return self.read <= _MOST_READ and _is_safe(describe(array))


def _is_safe(memory: MemoryMap) -> bool:
    """Whether the bytes can be read; those of a device are copied by its own driver."""
    if not memory.readable or memory.storage is None or memory.layout is None:
        return False
    if memory.storage.device != "cpu":
        return True
    reach = extent(memory.layout)
    return is_readable((memory.storage.address or 0) + reach.start, reach.stop - reach.start)


def pickler(values: _Values) -> type[pickle.Pickler]:
    """A pickler that does not read the elements of large arrays.

    >>> issubclass(pickler(_Values()), pickle.Pickler)
    True
    """

    class _Pickler(pickle.Pickler):
        def reducer_override(self, obj: object) -> Any:  # noqa: ANN401 - as pickle wants it
            return values.stand_in(obj) if type(obj) is np.ndarray else NotImplemented

    return _Pickler
