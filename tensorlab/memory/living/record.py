"""The live tensors of a process at one point in time, and what changed between two. No tensor is referred to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from tensorlab.errors import UnavailableError
from tensorlab.memory.record import MemoryMap
from tensorlab.quantity import Quantity, counted

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Referrer:
    """Who refers to a tensor, as far up as it was followed.

    >>> print(Referrer("local", "batch['x']", "train"), Referrer("held", ".cache", "app.Model"), sep=", ")
    batch['x'] in train(), a app.Model.cache
    """

    kind: Literal["local", "global", "closure", "held"]
    """A variable of a running function (or of a generator that waits), of a module, of a function's closure; or an
    object of which nobody was found who refers to it by name."""
    path: str
    """The variable and what leads from it to the tensor: "batch['x']"; for "held" without the variable: "['x']"."""
    place: str
    """The function, the module, or the type of the object."""

    def __str__(self) -> str:
        if self.kind == "local":
            return f"{self.path} in {self.place}()"
        if self.kind == "global":
            return f"{self.path} in module {self.place}"
        return (
            f"{self.path} in the closure of {self.place}()" if self.kind == "closure" else f"a {self.place}{self.path}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTensor:
    """One live tensor."""

    memory: MemoryMap
    referrers: tuple[Referrer, ...] = ()
    """The first few that were found, the best first."""
    graph: bool = False
    """Whether an autograd graph made it (``grad_fn``), which keeps alive what only C++ holds."""

    @property
    def name(self) -> str:
        """Who refers to it, in words."""
        return str(self.referrers[0]) if self.referrers else "held by nobody that Python sees"

    def __str__(self) -> str:
        kind = self.memory.type if self.memory.dtype is None else self.memory.dtype.name
        words = f"{kind} {self.memory.shape}, {self.name}"
        return f"{words}, with an autograd graph" if self.graph else words


def graph_words(tensors: Iterable[LiveTensor]) -> str:
    """What to know of those that have an autograd graph; nothing where none has.

    >>> graph_words([])
    ''
    """
    count = sum(tensor.graph for tensor in tensors)
    if not count:
        return ""
    has = "has" if count == 1 else "have"
    words = f"{counted(count, 'tensor')} {has} an autograd graph (grad_fn), which keeps more alive than is seen"
    return f"{words}: keep detach() or item() instead"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStorage:
    """One run of bytes that live tensors index."""

    members: tuple[int, ...]
    """Which tensors of the record."""
    nbytes: int | None
    """None where its extent is unknown."""
    device: str
    held: bool = True
    """False where the bytes are only described, as on meta."""

    def __str__(self) -> str:
        size = "an unknown extent" if self.nbytes is None else str(Quantity(self.nbytes, "B"))
        return f"{size} on {self.device}, indexed by {counted(len(self.members), 'tensor')}" + (
            "" if self.held else ", not held"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTotal:
    """What live tensors keep on one device.

    >>> print(DeviceTotal(device="cuda:0", tensors=2, nbytes=1024, allocated=2048, reserved=2097152))
    cuda:0: 2 tensors keep 1,024 B; 2,048 B allocated, 2,097,152 B reserved
    """

    device: str
    tensors: int
    nbytes: int
    """Of their storages, each byte once."""
    allocated: int | None = None
    """By torch's allocator, also for what Python does not see; where torch tells."""
    reserved: int | None = None
    """That torch's allocator has taken from the device."""

    def __str__(self) -> str:
        keeps = "keeps" if self.tensors == 1 else "keep"
        words = f"{self.device}: {counted(self.tensors, 'tensor')} {keeps} {Quantity(self.nbytes, 'B')}"
        if self.allocated is None or self.reserved is None:
            return words
        return f"{words}; {Quantity(self.allocated, 'B')} allocated, {Quantity(self.reserved, 'B')} reserved"


class Watch(Protocol):
    """What looks a second time."""

    def begin(self, before: Live) -> object:
        """What ``with`` binds."""

    def end(self) -> None:
        """Looks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Every live tensor that Python sees, by storage. As a context manager it compares two points in time."""

    tensors: tuple[LiveTensor, ...]
    storages: tuple[LiveStorage, ...]
    """The largest first."""
    nbytes: int
    """Of all storages that are held, each byte once."""
    devices: tuple[DeviceTotal, ...] = ()
    watch: Watch | None = field(default=None, compare=False, repr=False, metadata={"transient": True})
    """Looks again when a ``with`` block ends; refers to tensors weakly."""

    def __enter__(self) -> object:
        if self.watch is None:
            raise UnavailableError(
                "a record that was stored cannot tell what changed since", hint="write: with tensorlab.live() as change"
            )
        return self.watch.begin(self)

    def __exit__(self, *raised: object) -> None:
        if self.watch is not None:
            self.watch.end()

    def __str__(self) -> str:
        if not self.tensors:
            return "no live tensor"
        words = f"{counted(len(self.tensors), 'live tensor')} in {counted(len(self.storages), 'storage')}"
        graphs = graph_words(self.tensors)
        return "\n".join([f"{words}, {Quantity(self.nbytes, 'B')}", *map(str, self.devices), *filter(None, [graphs])])


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChange:
    """What changed between two points in time.

    >>> print(LiveChange(created=(), freed=(), still=3, before=400, after=400, new=0, gone=0))
    no tensor created, none freed; 3 still there; 400 B as before
    """

    created: tuple[LiveTensor, ...]
    """Those that were not there before, with who refers to them now."""
    freed: tuple[LiveTensor, ...]
    """Those that are gone, with who referred to them before."""
    still: int
    """Tensors that are there at both points."""
    before: int
    """Bytes of all storages before."""
    after: int
    """Bytes of all storages after."""
    new: int
    """Bytes of storages that only created tensors use: a view of an older storage adds none."""
    gone: int
    """Bytes of storages that only freed tensors used."""

    @property
    def growth(self) -> int:
        """Bytes after less bytes before."""
        return self.after - self.before

    def __str__(self) -> str:
        return "\n".join(filter(None, [self._bytes(), graph_words(self.created)]))

    def _bytes(self) -> str:
        words = f"{counted(len(self.created), 'tensor')} created ({Quantity(self.new, 'B')} new)"
        freed = f"{len(self.freed):,} freed ({Quantity(self.gone, 'B')})"
        words = words if self.created else "no tensor created"
        words += f", {freed if self.freed else 'none freed'}; {self.still:,} still there; "
        if self.growth == 0:
            return words + f"{Quantity(self.after, 'B')} as before"
        sign = "+" if self.growth > 0 else "-"
        return words + f"{sign}{Quantity(abs(self.growth), 'B')}, now {Quantity(self.after, 'B')}"
