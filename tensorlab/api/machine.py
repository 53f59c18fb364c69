"""The machine: what is there for tensorlab to work with, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.host.checkup import examine
from tensorlab.diagram.machine import checkup_scene
from tensorlab.errors import UnsupportedError
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from tensorlab.bench.host.record import Checkup


def doctor(*, timeout: float = 60.0) -> Checkup:
    """Python, torch, NumPy, linear algebra, CPU, accelerators, extras, and variables that change speed.

    Each library is asked in a process of its own, so this also answers where importing one raises, crashes or hangs.

    Args:
        timeout: Seconds that each library gets to answer.

    Raises:
        UnsupportedError: ``timeout`` is no number above 0.

    Returns:
        A ``Checkup``: ``problems`` keep tensorlab from working, ``doubts`` make it slower; ``str()`` is readable.

    >>> import tensorlab
    >>> checkup = tensorlab.doctor()
    >>> [library.name for library in checkup.libraries], checkup.problems
    (['torch', 'NumPy'], ())
    """
    if type(timeout) not in {int, float} or not 0 < timeout < float("inf"):
        raise UnsupportedError(f"timeout is a number of seconds above 0; got {timeout!r}", hint="for one: 60")
    return examine(timeout=timeout)


def draw_checkup(checkup: Checkup) -> Figure:
    """The picture of a checkup, with the checkup as its ``data``."""
    return Figure(checkup, checkup_scene(checkup))
