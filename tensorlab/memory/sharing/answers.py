"""``shares`` and ``overlaps_itself``: the plain objects at once, the others component by component."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.overlap import ends
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.pylist import claims
from tensorlab.memory.registry import patch
from tensorlab.memory.sharing.pieces import Piece, pieces
from tensorlab.memory.sharing.record import Sharing
from tensorlab.memory.sharing.tables import rows_alone, rows_beside
from tensorlab.memory.sharing.verdict import alone, are_apart, beside, no, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable


def shares(a: object, b: object) -> Sharing:
    """Whether two objects share a byte: exactly, with a pair of indices, or UNKNOWN with the reason; never a guess.

    Any mix of NumPy arrays, torch tensors, buffers, objects that speak DLPack or an array interface, and lists (their
    pointer tables, at any depth; what the pointers lead to is another object's memory). An object with components is
    walked: a CSR tensor shares through its ``values``. Addresses decide, on one device; an object without any (meta,
    an empty storage) shares nothing. Two mappings of one file or shared segment hold the same bytes at different
    addresses, so that no address can tell: UNKNOWN.

    No element is read. An element beyond the end of its storage owns no byte: where only such ones would meet, it is
    UNKNOWN.

    Raises:
        UnsupportedError: One of them has no elements in memory.

    >>> import torch, tensorlab
    >>> x = torch.arange(20.0)
    >>> print(tensorlab.shares(x, torch.from_numpy(x.numpy()[10:])))
    YES: a[10] and b[0] are the same byte 40 of one storage on cpu
    >>> print(tensorlab.shares(x[::2], x[1::2]))
    NO (gcd): no sum of their strides leads from the one to the other
    >>> row = [1, 2]
    >>> bool(tensorlab.shares(row, [[0], row])), bool(tensorlab.shares(x, x.clone()))
    (True, False)
    """
    first, second = patch(a), patch(b)
    if first is not None and second is not None:
        return beside(first, second)
    if claims(a) and claims(b):
        return rows_beside(a, b)
    ours = pieces(a) if first is None else (Piece("", first.shape, patch=first),)
    others = pieces(b) if second is None else (Piece("", second.shape, patch=second),)
    found = _strongest(((one, other), _pair(one, other)) for one, other in product(ours, others))
    if a is b and found.answer is Answer.UNKNOWN:
        return _identical(ours) or found
    return found


def overlaps_itself(x: object) -> Sharing:
    """Whether two different indices of one object share a byte, as in windows, ``expand`` or a list with a row twice.

    Decided on the layout, exactly as ``shares`` does, with two indices near to one another; so it has an answer where
    there are no bytes too (meta).

    Raises:
        UnsupportedError: It has no elements in memory.

    >>> import torch, tensorlab
    >>> print(tensorlab.overlaps_itself(torch.arange(10.0).unfold(0, 3, 1)))
    YES: x[0,1] and x[1,0] are the same byte 4 of one storage on cpu
    >>> bool(tensorlab.overlaps_itself(torch.zeros(3, 3).t()))
    False
    """
    plain = patch(x)
    if plain is not None:
        return alone(plain, plain.device)
    if claims(x):
        return rows_alone(x)
    return _strongest(((piece, piece), _alone(piece)) for piece in pieces(x))


def _strongest(answers: Iterable[tuple[tuple[Piece, Piece], Sharing]]) -> Sharing:
    """The first yes; else the first unknown; else the first no that needed arithmetic; else the first no."""
    kept: tuple[tuple[Piece, Piece], Sharing] | None = None
    for pair, answer in answers:
        if kept is None or _weight(answer) > _weight(kept[1]):
            kept = (pair, answer)
        if answer.answer is Answer.YES:
            break
    if kept is None:
        return no("no memory: it has no components")
    return replace(kept[1], parts=(kept[0][0].name, kept[0][1].name))


def _weight(answer: Sharing) -> int:
    if answer.answer is Answer.NO:
        return int(answer.overlap.method != "empty")
    return 3 if answer.answer is Answer.YES else 2


def _pair(one: Piece, other: Piece) -> Sharing:
    if one.patch is not None and other.patch is not None:
        return beside(one.patch, other.patch)
    for piece in (one, other):
        if piece.patch is None and piece.known:
            return no(piece.why)
    here, there = _span(one), _span(other)
    if here is not None and there is not None:
        if are_apart(here.device, there.device):
            return no(f"other device: a on {here.device}, b on {there.device}")
        if here.stop <= there.start or there.stop <= here.start:
            return no("bounds: their storages are apart")
    return unknown(other.why if one.known else one.why)


class _Span(NamedTuple):
    """All the addresses that an element may have."""

    device: str
    start: int
    stop: int


def _span(piece: Piece) -> _Span | None:
    """What is known even where the strides are not."""
    if piece.patch is not None:
        low, high = ends(piece.patch) or (0, 0)
        return _Span(piece.patch.device, piece.patch.start + low, piece.patch.start + high)
    storage = piece.storage
    if storage is None or storage.address is None or storage.nbytes is None:
        return None
    return _Span(storage.device, storage.address, storage.address + storage.nbytes)


def _identical(ours: tuple[Piece, ...]) -> Sharing | None:
    """One object is both sides: where its elements lie is not known, but not that each is itself."""
    for piece in ours:
        if not piece.known and piece.shape is not None:
            zero = (0,) * len(piece.shape)
            same = Overlap(Answer.YES, "bounds", (zero, zero), 0)
            return Sharing(same, "byte 0 of its own elements", (piece.name, piece.name))
    return None


def _alone(piece: Piece) -> Sharing:
    layout = piece.layout if piece.patch is None else piece.patch
    if layout is not None:
        device = "no device" if piece.storage is None else piece.storage.device
        return alone(layout, device)
    return replace(no(piece.why) if piece.known else unknown(piece.why), names=("x", "x"))
