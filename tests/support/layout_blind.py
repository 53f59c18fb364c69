"""Functions that a script can import, wrong for some layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.wrong_backwards import Flat, InPlace, Right

if TYPE_CHECKING:
    import torch


def right(x: torch.Tensor) -> torch.Tensor:
    return Right.apply(x)  # type: ignore[no-any-return,no-untyped-call]  # torch's own


def flat(x: torch.Tensor) -> torch.Tensor:
    return Flat.apply(x)  # type: ignore[no-any-return,no-untyped-call]  # torch's own


def in_place(x: torch.Tensor) -> torch.Tensor:
    return InPlace.apply(x)  # type: ignore[no-any-return,no-untyped-call]  # torch's own
