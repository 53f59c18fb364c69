"""The tool's own honesty: what it says where the answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.honesty.record import Honesty
    from tensorlab.progress import Progress
    from tensorlab.scene.record import Group


def check_honesty(*, quick: bool = False, seed: int = 0, progress: Callable[[Progress], None] | None = None) -> Honesty:
    """Measure the same beside the same, alone and beside three busy processes, and beside 3.1% more work.

    Args:
        quick: A third of the time: wider intervals, the same gates.
        seed: Of the orders of the turns.
        progress: Called before and after each trial.
    """
    from tensorlab.bench.honesty.calls import QUIET, planted, product
    from tensorlab.bench.honesty.trials import FULL, QUICK, Subjects, Trying, honesty
    from tensorlab.bench.threads import equal_threads

    with equal_threads(1):
        return honesty(Subjects(QUIET, product, planted), Trying(QUICK if quick else FULL, seed), progress or _unseen)


def honesty_picture(found: Honesty) -> Group:
    """The table of a check."""
    from tensorlab.diagram.honesty import honesty_scene

    return honesty_scene(found)


def _unseen(progress: Progress) -> None:
    """Nobody watches."""
