"""What is asked of the trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.honesty.record import Gate

if TYPE_CHECKING:
    from tensorlab.bench.honesty.record import Kind, Trial

RUNS = 16
COVERS = 14
FOUND = 15
ALARMS = 2
QUIET = (0.99, 1.01)
BUSY = (0.98, 1.02)


def gates(trials: tuple[Trial, ...], busy: int) -> tuple[Gate, ...]:
    """Each gate whose trials there are, in the order in which they are asked.

    Args:
        trials: Of all kinds.
        busy: Loops that ran beside the busy ones.
    """
    of: dict[Kind, list[Trial]] = {}
    for trial in trials:
        of.setdefault(trial.kind, []).append(trial)
    found = []
    if "quiet" in of:
        found.append(_within("quiet A/A", of["quiet"], QUIET))
    if "busy" in of:
        found.append(_within(f"matmul 512 A/A, {busy} busy loops", of["busy"], BUSY))
    runs, planted = of.get("run", []), of.get("planted", [])
    if runs:
        covers = sum(trial.covers for trial in runs)
        alarms = sum(trial.ratio.verdict != "can't tell" for trial in runs)
        found.append(_at_least("the interval covers 1", covers, len(runs), COVERS))
        found.append(_at_least("planted +3.1% found", _slower(planted), len(planted), FOUND))
        found.append(_at_most("false alarms", alarms, len(runs), ALARMS))
    return tuple(found)


def _within(name: str, trials: list[Trial], bounds: tuple[float, float]) -> Gate:
    low, high = (extreme(trial.ratio.value for trial in trials) for extreme in (min, max))
    passed = bounds[0] <= low and high <= bounds[1]
    return Gate(name=name, asked=f"{bounds[0]}..{bounds[1]}", seen=f"{low:.4f}..{high:.4f}", passed=passed)


def _slower(trials: list[Trial]) -> int:
    return sum(trial.ratio.verdict == "slower" for trial in trials)


def _at_least(name: str, count: int, runs: int, least: int) -> Gate:
    passed = runs == RUNS and count >= least
    return Gate(name=name, asked=f"{least} of {RUNS} or more", seen=f"{count} of {runs}", passed=passed)


def _at_most(name: str, count: int, runs: int, most: int) -> Gate:
    passed = runs == RUNS and count <= most
    return Gate(name=name, asked=f"{most} of {RUNS} or fewer", seen=f"{count} of {runs}", passed=passed)
