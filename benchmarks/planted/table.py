"""All planted bugs."""

from __future__ import annotations

from benchmarks.planted import arrays, axes, bits, mixed, pairs, paths, results, storage, writing

PLANTED = (
    *storage.PLANTED,
    *paths.PLANTED,
    *axes.PLANTED,
    *bits.PLANTED,
    *writing.PLANTED,
    *pairs.PLANTED,
    *results.PLANTED,
    *arrays.PLANTED,
    *mixed.PLANTED,
)
