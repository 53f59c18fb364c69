"""A gradient in a few numbers, read piece by piece: what is allocated on the way does not grow with the gradient."""

from __future__ import annotations

from math import hypot, isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

import torch

from tensorlab.memory.internals import attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 16
"""Elements that are looked at together: 256 KB of float32, and 512 KB of what they are on the way to a norm."""
_AS_THEY_ARE = (torch.float32, torch.float64, torch.complex64, torch.complex128)


class Measure(NamedTuple):
    """What is known of a gradient once it is gone."""

    shape: tuple[int, ...]
    dtype: str
    numel: int
    norm: float
    largest: float
    nonzero: int
    nonfinite: int

    @property
    def zeros(self) -> float | None:
        """Share of the elements that are zero; None where there are none."""
        return 1 - self.nonzero / self.numel if self.numel else None


def measure(gradient: torch.Tensor) -> Measure:
    """Norm, largest absolute value, how many elements are not zero, how many are NaN or infinite.

    An axis that is repeated is read once; of a sparse gradient, the values that it holds are.

    >>> measure(torch.tensor([3.0, 0.0, -4.0]).expand(2, 3))
    Measure(shape=(2, 3), dtype='float32', numel=6, norm=7.0710678118654755, largest=4.0, nonzero=4, nonfinite=0)
    """
    norm = largest = 0.0
    nonzero = nonfinite = 0
    with torch.no_grad():
        held = _held(gradient).detach()
        once = _once(held)
        times = held.numel() // once.numel() if once.numel() else 1
        for piece in pieces(once):
            part, top, count, odd = _numbers(piece)
            norm, nonzero, nonfinite = hypot(norm, part), nonzero + count, nonfinite + odd
            largest = top if top > largest or top != top else largest  # noqa: PLR0124 - NaN differs from itself
    return Measure(
        tuple(gradient.shape),
        str(gradient.dtype).removeprefix("torch."),
        gradient.numel(),
        norm * sqrt(times) if norm == norm else norm,  # noqa: PLR0124 - as above
        largest,
        nonzero * times,
        nonfinite * times,
    )


def joined(parts: list[Measure]) -> Measure:
    """Several gradients as one, of the first's shape and dtype.

    >>> one = measure(torch.tensor([3.0]))
    >>> joined([one, measure(torch.tensor([4.0, 0.0]))])._replace(shape=(), dtype="")
    Measure(shape=(), dtype='', numel=3, norm=5.0, largest=4.0, nonzero=2, nonfinite=0)
    """
    if len(parts) == 1:
        return parts[0]
    tops = [part.largest for part in parts]
    return Measure(
        parts[0].shape,
        parts[0].dtype,
        sum(part.numel for part in parts),
        hypot(*(part.norm for part in parts)),
        next((top for top in tops if top != top), max(tops)),  # noqa: PLR0124 - NaN differs from itself
        sum(part.nonzero for part in parts),
        sum(part.nonfinite for part in parts),
    )


def pieces(tensor: torch.Tensor) -> Iterator[torch.Tensor]:
    """Views that together hold each element once, of at most ``PIECE`` elements each; nothing is copied.

    >>> [len(piece) for piece in pieces(torch.zeros(3, PIECE // 2).t())]
    [65536, 32768]
    """
    if tensor.numel() <= PIECE:
        if tensor.numel():
            yield tensor
        return
    strides = tensor.stride()
    axes = sorted(range(tensor.dim()), key=lambda axis: -strides[axis])
    ordered = tensor.permute(axes)
    if ordered.is_contiguous():
        yield from torch.split(ordered.view(-1), PIECE)
        return
    rows = max(1, PIECE * ordered.shape[0] // ordered.numel())
    for part in torch.split(ordered, rows):
        yield from (part,) if part.numel() <= PIECE else pieces(part.squeeze(0))


def _held(gradient: torch.Tensor) -> torch.Tensor:
    """The elements that are stored: of a sparse gradient its values, once those of one place are added up."""
    if gradient.is_nested:
        inner = attribute(gradient, "_values")  # a jagged one is a wrapper, whose own operations are off here
        return gradient.values() if inner is None else inner
    if gradient.layout is torch.strided:
        return gradient
    if gradient.layout is torch.sparse_coo:
        return gradient.coalesce().values()
    if gradient.layout in {torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc}:
        return gradient.values()
    return gradient.to_dense()


def _once(tensor: torch.Tensor) -> torch.Tensor:
    """Without the axes that repeat what is stored, as an expanded gradient has."""
    for axis in reversed(range(tensor.dim())):
        if tensor.stride(axis) == 0 and tensor.shape[axis] > 1:
            tensor = tensor.select(axis, 0)
    return tensor


def _numbers(piece: torch.Tensor) -> tuple[float, float, int, int]:
    """Norm, largest absolute value, elements that are not zero, elements that are NaN or infinite."""
    seen = piece if piece.dtype in _AS_THEY_ARE else piece.to(torch.float32)
    wide = torch.complex128 if seen.is_complex() else torch.float64
    top = float(torch.linalg.vector_norm(seen, torch.inf))
    odd = 0 if isfinite(top) else seen.numel() - int(torch.isfinite(seen).sum())
    return float(torch.linalg.vector_norm(seen, dtype=wide)), top, int(torch.count_nonzero(seen)), odd
