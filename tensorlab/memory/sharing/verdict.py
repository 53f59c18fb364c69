"""Two patches of memory side by side: devices, then addresses, then who else may have mapped the bytes."""

from __future__ import annotations

from mmap import PAGESIZE
from typing import TYPE_CHECKING

from tensorlab.layout.overlap import ends, overlap, self_overlap
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.mapped import region_at, regions
from tensorlab.memory.registry import may_be_mapped
from tensorlab.memory.sharing.record import Sharing

if TYPE_CHECKING:
    from tensorlab.layout.overlap import Placed
    from tensorlab.layout.record import Method
    from tensorlab.memory.sharing.patch import Patch

_NOTHING = Overlap(Answer.NO, "empty")
_PROOFS: dict[Method, str] = {
    "empty": "empty: one of them has no bytes",
    "bounds": "bounds: the one ends before the other begins",
    "gcd": "gcd: no sum of their strides leads from the one to the other",
    "nested strides": "nested strides: each axis steps over what the other covers",
    "search": "search: no pair of indices meets, and all were considered",
    "bitset": "bitset: every position was marked, and none is in both",
}
_SELF_PROOFS: dict[Method, str] = _PROOFS | {
    "empty": "empty: it has no bytes",
    "nested strides": "nested strides: each axis steps over all that the smaller ones cover",
    "search": "search: no two indices meet, and all pairs were considered",
    "bitset": "bitset: every position was marked, and none is reached twice",
}


def beside(first: Patch, second: Patch) -> Sharing:
    """Whether an element of the one shares a byte with an element of the other.

    >>> from tensorlab.memory.sharing.patch import Patch
    >>> whole = Patch((100,), (4,), 0, 4, "cpu", 4096)
    >>> print(beside(whole, whole._replace(shape=(60,), offset=160)))
    YES: a[40] and b[0] are the same byte 160 of one storage on cpu
    """
    if first.device != second.device and are_apart(first.device, second.device):
        return no(f"other device: a on {first.device}, b on {second.device}")
    found = overlap(first, second, distance=second.start - first.start)
    if found.answer is Answer.YES:
        outside = _outside(first, second, found.byte or 0)
        return Sharing(found, f"byte {found.byte} of one storage on {first.device}") if outside is None else outside
    if found.answer is Answer.UNKNOWN:
        return Sharing(found, found.cap or "")
    if first.start != second.start and first.holder is not None and second.holder is not None:
        doubt = _mapped_twice(first, second)
        if doubt:
            return unknown(doubt)
    return Sharing(found, _PROOFS[found.method])


def are_apart(first: str, second: str) -> bool:
    """Whether two names are of two devices. One without a number may be any of its kind: there the addresses decide.

    >>> are_apart("cpu", "cuda:0"), are_apart("cuda:0", "cuda:1"), are_apart("cuda", "cuda:1")
    (True, True, False)
    """
    kinds, places = zip(first.partition(":")[::2], second.partition(":")[::2], strict=True)
    return kinds[0] != kinds[1] or (all(places) and places[0] != places[1])


def alone(layout: Placed, device: str) -> Sharing:
    """Whether two different indices share a byte.

    >>> from tensorlab.layout.record import Layout
    >>> print(alone(Layout((8, 3), (8, 8), itemsize=8), "cpu"))
    YES: x[0,1] and x[1,0] are the same byte 8 of one storage on cpu
    """
    found, names = self_overlap(layout), ("x", "x")
    if found.answer is Answer.YES:
        return Sharing(found, f"byte {found.byte} of one storage on {device}", names=names)
    reason = found.cap if found.cap is not None else _SELF_PROOFS[found.method]
    return Sharing(found, reason, names=names)


def no(reason: str) -> Sharing:
    """A no that needs no arithmetic."""
    return Sharing(_NOTHING, reason)


def unknown(reason: str) -> Sharing:
    """Not known, for that reason."""
    return Sharing(Overlap(Answer.UNKNOWN, "cap", cap=reason), reason)


def _outside(first: Patch, second: Patch, byte: int) -> Sharing | None:
    """Elements beyond the end of their storage meet others only in bytes that belong to somebody else."""
    if first.nbytes is not None and not 0 <= byte < first.nbytes:
        return unknown(f"the elements of a that would meet b lie outside its storage of {first.nbytes:,} B")
    if second.nbytes is not None and not 0 <= byte + first.start - second.start < second.nbytes:
        return unknown(f"the elements of b that would meet a lie outside its storage of {second.nbytes:,} B")
    return None


def _mapped_twice(first: Patch, second: Patch) -> str:
    """Why bytes at different addresses may be the same; empty where they are not."""
    here, there = _addresses(first), _addresses(second)
    if not here or not there or _share_a_page(here, there):
        return ""
    if not (may_be_mapped(first.holder) and may_be_mapped(second.holder)):
        return ""
    known = regions()
    if not known:
        return "the system does not tell what is mapped: both may be mappings of one file or shared segment"
    one, other = region_at(here.start, known), region_at(there.start, known)
    if one is None or other is None or one.file is None or one.file != other.file:
        return ""
    if one.start - one.position == other.start - other.position:
        return ""
    return "separate mappings of one file or shared segment: addresses do not tell"


def _addresses(patch: Patch) -> range:
    low, high = ends(patch) or (0, 0)
    return range(patch.start + low, patch.start + high)


def _share_a_page(one: range, other: range) -> bool:
    """Then both lie in what was mapped there, so that different addresses are different bytes."""
    return (
        one.start // PAGESIZE <= (other.stop - 1) // PAGESIZE and other.start // PAGESIZE <= (one.stop - 1) // PAGESIZE
    )
