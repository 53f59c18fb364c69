"""Ranks that are never started: a process of its own plays the first of them on torch's fake process group."""

from __future__ import annotations

from tensorlab.codec import decode
from tensorlab.distributed.rows.record import Product
from tensorlab.errors import UnavailableError
from tensorlab.process.child import ask
from tensorlab.process.record import Failed

_PLAYER = "tensorlab.distributed.imagining"


def unstarted_products(ranks: int, side: int, limit: float) -> tuple[Product, ...]:
    """Layouts and collectives of each product over that many ranks.

    Args:
        ranks: How many.
        side: Rows and columns of the matrices.
        limit: Seconds that it may take.

    Raises:
        UnavailableError: This torch has no fake process group, or the process failed.
    """
    told = ask(_PLAYER, str(ranks), str(side), timeout=limit)
    if isinstance(told, Failed):
        raise UnavailableError(f"the fake process group of {ranks:,} ranks failed: {told.reason}")
    found = told.facts["products"]
    assert isinstance(found, list), "it lists its products"
    return tuple(decode(Product, one) for one in found)
