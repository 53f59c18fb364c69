"""The memory of one object, as facts. Nothing here refers to the object itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.layout.address import fits
from tensorlab.layout.dtype import DType
from tensorlab.layout.record import Layout
from tensorlab.layout.shard import Shard
from tensorlab.quantity import Quantity

Library = Literal["python", "numpy", "torch", "buffer", "protocol", "file"]
"""Who describes it; "protocol" is any object that speaks DLPack or an array interface."""

MEMORY_DOUBTS = {
    "boxed": "a scalar is a boxed value: no storage of it can be viewed",
    "computed": "the elements are made when they are asked for: none lies in memory",
    "cyclic": "it contains itself: a list that lies on two axes (or rows of unequal depth), a wrapper inside itself",
    "fake": "it stands for a tensor elsewhere, and has no bytes",
    "file-too-short": "the file behind a mapping was cut: what lies beyond its end cannot be read",
    "fresh-copy": "the object makes its bytes anew each time that it is asked: it gives none of its own",
    "hidden": "the library does not give a component",
    "interleaved": "the local piece is several runs of the whole, not one",
    "mesh-unknown": "the library does not tell where in the mesh this process is",
    "mixed-depth": "an axis holds both rows and single elements",
    "more-parts": "there are more components than are described",
    "nested": "every row of a nested list is a pointer table of its own: there are no strides",
    "no-storage": "the library gives no storage",
    "no-strides": "the library gives no strides",
    "other-ranks": "the elements lie on ranks that this process is none of",
    "owner-unknown": "the storage is what the object covers, since its owner does not say how much it holds",
    "packed": "several values share a byte, and the library reports strides as if they did not",
    "ragged": "the rows of an axis have different lengths",
    "stray-pointers": "objects are looked for where the owner keeps none",
    "storage-too-small": "elements lie outside the storage",
    "symbolic": "sizes or strides that have no value yet",
    "too-deep": "lists or components are nested deeper than is followed",
    "uninitialized": "there is no shape and no storage yet",
    "unmapped": "nothing that can be read lies at the address that the object gives",
    "wrapper": "a subclass keeps the elements elsewhere",
}
"""Every code of a doubt that a memory map can carry, and what it means."""
_FATAL = frozenset({"file-too-short", "stray-pointers", "unmapped"})
"""Doubts that forbid to read an element, since that would end the process."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may be wrong with a fact or a figure."""

    code: str
    """A word to look up: "storage-too-small". Those of a memory map are in ``MEMORY_DOUBTS``."""
    text: str
    """What came, what was expected."""
    cure: str = ""
    """What to do about it."""
    penalty: float | None = None
    """How many times as long it takes because of it, measured beside the cure; None where nobody measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """One run of bytes that layouts index."""

    device: str
    """"cpu", "cuda:0", "meta", "file"."""
    address: int | None
    """Of its first byte, or its position in the file; None where there are no bytes (meta)."""
    nbytes: int | None
    """None where the extent is unknown, or a view reaches outside its owner."""
    owner: str
    """What allocated it: "torch", "numpy", "bytes", "list"; the record of an archive: "archive/data/0"."""
    writable: bool = True
    """Whether the bytes may be written; "readonly" is the trait of a view that does not allow it."""
    path: str | None = None
    """Of the file, where device is "file"."""
    key: int | None = field(default=None, compare=False, repr=False, metadata={"transient": True})
    """Tells storages without an address apart while they live (meta, fake); used again later, so never stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """What a pointer table points at."""

    count: int
    """Pointers in all tables; a table that several pointers lead to counts once."""
    unique: int
    """Different objects that they point at, inner lists included."""
    nbytes: int
    """Bytes of the unique objects, inner lists and their tables included."""
    interned: int
    """Pointers to objects that the interpreter shares with everybody: small integers, True, False, None, and
    what is empty and cannot change."""
    spare: int
    """Bytes that the outer table holds in reserve (a list that grew)."""
    types: tuple[tuple[str, int, int], ...]
    """Name, number and bytes of the unique objects of each type."""
    addresses: tuple[int, ...]
    """Of the first few boxed elements, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryMap:
    """What an object is in memory; ``str()`` is one line of it.

    >>> print(MemoryMap(type="bytes", library="buffer", shape=(3,), dtype=None, layout=Layout((3,), (1,))))
    bytes (3,), strides (1,) B, offset 0 B
    """

    type: str
    """"torch.nn.Parameter", "list"."""
    library: Library
    shape: tuple[int | str, ...] | None
    """As its library says, a symbolic size as its name; None where it has none."""
    dtype: DType | None
    """What an element is; None where its library does not say."""
    layout: Layout | None = None
    """None where there are no strides: a doubt says why."""
    storage: Storage | None = None
    parts: tuple[tuple[str, MemoryMap], ...] = ()
    """Components with a memory of their own: values and indices, scales, a mask; the first rows of a nested list."""
    shard: Shard | None = None
    """Its place in a tensor spread over several ranks."""
    boxes: Boxes | None = None
    traits: frozenset[str] = frozenset()
    """"conj", "neg", "readonly", "unaligned", "requires_grad"."""
    doubts: tuple[Doubt, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...] | None:
        """The shape, where every side of it is a number; else None.

        >>> MemoryMap(type="torch.Tensor", library="torch", shape=(2, "j1"), dtype=None).sizes is None
        True
        """
        numbers = tuple(n for n in self.shape or () if isinstance(n, int))
        return None if self.shape is None or len(numbers) < len(self.shape) else numbers

    @property
    def readable(self) -> bool:
        """Whether every element lies inside bytes that this process can read, and is what its dtype says."""
        return (
            self.layout is not None
            and self.storage is not None
            and self.storage.address is not None
            and self.storage.nbytes is not None
            and fits(self.layout, self.storage.nbytes)
            and not any(doubt.code in _FATAL for doubt in self.doubts)
        )

    def __str__(self) -> str:
        kind = f" {self.dtype.name}" if self.dtype is not None and self.library != "python" else ""
        words = f"{self.type}{kind} {'of no shape' if self.shape is None else self.shape}"
        if self.layout is not None:
            words += f", strides {self.layout.strides} B, offset {self.layout.offset} B"
        if self.storage is not None and self.storage.nbytes is not None:
            words += f", storage {Quantity(self.storage.nbytes, 'B')} on {self.storage.device}"
        return words


@dataclass(frozen=True, slots=True)
class Operand:
    """The inverse of a map: what ``build`` makes.

    Raises:
        LayoutError: The itemsizes of layout and dtype differ, or an element would lie outside the storage.

    >>> from tensorlab.layout.dtype import dtype
    >>> Operand(Layout((2, 3), (12, 4), itemsize=4), dtype("float32"), nbytes=20)
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: the layout reaches outside its storage of 20 bytes
    """

    layout: Layout
    dtype: DType
    nbytes: int
    """Of the whole storage, gaps and both ends included."""
    fill: Literal["index", "random", "zeros", "shuffled"] = "index"
    """"index": element n in C order is n; "random": uniform in [-1, 1) from a fixed seed."""

    def __post_init__(self) -> None:
        if self.layout.itemsize != self.dtype.itemsize:
            raise LayoutError(
                f"layout has itemsize {self.layout.itemsize}, dtype {self.dtype.name} has {self.dtype.itemsize}"
            )
        if not fits(self.layout, self.nbytes):
            raise LayoutError(f"the layout reaches outside its storage of {self.nbytes} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One container in a comparison."""

    label: str
    """"list", "numpy float64"."""
    memory: MemoryMap
    table: int
    """Bytes that its layout touches: pointers of a list, elements of an array."""
    boxes: int
    """Bytes of boxed objects beside them."""
    first: tuple[int, ...]
    """Addresses of the first elements; empty where there are none to give (another device)."""
    rounded: bool = False
    """Whether its dtype is too narrow for the values."""
    at_most: bool = False
    """Whether ``table`` is a bound: which bytes contrived strides touch is not counted."""

    @property
    def nbytes(self) -> int:
        """Bytes in all."""
        return self.table + self.boxes

    @property
    def words(self) -> str:
        """Bytes in all, and whether that is a bound."""
        return f"{'at most ' if self.at_most else ''}{Quantity(self.nbytes, 'B')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedFloat:
    """One boxed float, byte by byte, as CPython holds it."""

    value: float
    address: int
    raw: bytes
    """All of its bytes, in order."""
    refcount: int
    """As stored in the first bytes."""
    type_address: int
    """As stored in the next: the address of ``float`` itself."""
    payload: bytes
    """The C double."""


@dataclass(frozen=True, slots=True)
class ForkCost:
    """What a forked process makes its own by reading a container; ``str()`` is a sentence.

    >>> print(ForkCost("list", 61_500_000), ForkCost("mmap", None, "none is made of that kind"), sep=chr(10))
    list: 61,500,000 B copied by a forked reader
    mmap: not measured: none is made of that kind
    """

    label: str
    """As in ``Sample``."""
    grown: int | None
    """Bytes of pages that were shared before and are its own after; None where that was not measured."""
    reason: str = ""
    """Why it was not measured."""

    def __str__(self) -> str:
        if self.grown is None:
            return f"{self.label}: not measured: {self.reason}"
        return f"{self.label}: {Quantity(self.grown, 'B')} copied by a forked reader"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same values in several containers."""

    samples: tuple[Sample, ...]
    box: BoxedFloat | None = None
    notes: tuple[str, ...] = ()
    forks: tuple[ForkCost, ...] = ()
    """What a forked reader of containers like these copies, where that was asked for."""

    def __str__(self) -> str:
        return "; ".join(f"{sample.label} {sample.words}" for sample in self.samples)
