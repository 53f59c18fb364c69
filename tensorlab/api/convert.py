"""Conversions between containers, measured."""

from __future__ import annotations

from tensorlab.bench.conversions.table import table
from tensorlab.diagram.conversions import conversions_scene
from tensorlab.errors import UnsupportedError
from tensorlab.render.figure import Figure


def conversions(*, timeout: float = 60.0) -> Figure:
    """Every conversion between list, array.array, memoryview, NumPy array, torch tensor and DLPack, tried now.

    Each is tried in a fork of a process of its own, so that those which end a process are found without harm; each
    result is written into, to see whether the source changes.

    Args:
        timeout: Seconds that all of them get together.

    Returns:
        A ``Figure`` of a ``Conversions``.

    Raises:
        UnavailableError: torch or NumPy does not work, or there was no answer in time.
        UnsupportedError: ``timeout`` is no number above 0.

    >>> rows = {(row.source, row.call): row for row in conversions().data.rows}
    >>> print(rows["list of float", "np.asarray"])
    list of float: np.asarray copies, float -> float64
    >>> print(rows["ndarray", "torch.from_numpy"])
    ndarray: torch.from_numpy shares, float64
    """
    if type(timeout) not in {int, float} or not 0 < timeout < float("inf"):
        raise UnsupportedError(f"timeout is a number of seconds above 0; got {timeout!r}", hint="for one: 60")
    found = table(timeout)
    return Figure(found, conversions_scene(found))
