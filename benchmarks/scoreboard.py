"""Who finds the planted bugs: the public generators of tensors and ours, in one run.

    python -m benchmarks.scoreboard
    python -m benchmarks.scoreboard --counterexamples
    python -m benchmarks.scoreboard --examples 50 --seeds 1 --only FuzzedTensor --only check_layouts

A peer that is not installed is a row that says what to install.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

import torch

from benchmarks.contest.examples import counterexample, summary
from benchmarks.contest.ours import OURS
from benchmarks.contest.peers import PEERS
from benchmarks.contest.record import Row
from benchmarks.planted.table import PLANTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.contest.record import Entrant, Hunt
    from benchmarks.planted.record import Planted

HEADER = f"{'generator':<24} {'found':>7} {'ever':>5} {'false alarms':>13} {'seconds':>8}"


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments().parse_args(words)
    planted = [one for one in PLANTED if not asked.group or one.group in asked.group]
    torch.set_num_threads(1)
    if asked.counterexamples:
        return tell_counterexamples(planted, asked.examples)
    rows = []
    _say(f"{len(planted)} planted bugs, {asked.examples} examples, seeds 0 to {asked.seeds - 1}", asked)
    _say(HEADER, asked)
    for entrant in (*PEERS, *OURS):
        if not asked.only or entrant.name in asked.only:
            rows.append(contest(entrant, planted, seeds=asked.seeds, examples=asked.examples))
            _say(line(rows[-1]), asked)
    if asked.json:
        sys.stdout.write(json.dumps(as_data(rows, planted, asked.examples), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{text}\n" for text in ending(rows, planted))
    return 0


def tell_counterexamples(planted: Sequence[Planted], examples: int) -> int:
    """What the reports of the tester show."""
    found = [counterexample(one, examples=examples) for one in planted]
    sys.stdout.writelines(f"{text}\n" for text in summary(found))
    return 0


def contest(entrant: Entrant, planted: Sequence[Planted], *, seeds: int, examples: int) -> Row:
    """Every bug and every twin, under every seed."""
    try:
        hunt = entrant.prepare()
    except ImportError:
        return Row(entrant.name, absent=f"not installed: pip install {entrant.package}")
    start = time.perf_counter()
    found = tuple(_hunted(hunt, planted, "bug", seed, examples) for seed in range(seeds))
    alarms = frozenset().union(*(_hunted(hunt, planted, "twin", seed, examples) for seed in range(seeds)))
    return Row(entrant.name, found, alarms, time.perf_counter() - start)


def _hunted(hunt: Hunt, planted: Sequence[Planted], which: str, seed: int, examples: int) -> frozenset[str]:
    return frozenset(
        one.name for one in planted if hunt(one, getattr(one, which), seed=seed, examples=examples) is not None
    )


def line(row: Row) -> str:
    """One row of the table."""
    if row.absent:
        return f"{row.name:<24} {row.absent}"
    return f"{row.name:<24} {row.mean:>7.1f} {len(row.ever):>5} {len(row.alarms):>13} {row.seconds:>8.1f}"


def ending(rows: Sequence[Row], planted: Sequence[Planted]) -> Iterator[str]:
    """What all peers found together, what each of ours missed, and false alarms by name."""
    peers = frozenset[str]().union(*(row.ever for row in rows if row.name in {one.name for one in PEERS}))
    yield f"{'all peers together':<24} {'':>7} {len(peers):>5}"
    for row in rows:
        if row.found and row.name in {one.name for one in OURS}:
            missed = [one.name for one in planted if not all(one.name in found for found in row.found)]
            yield f"{row.name} missed under some seed: {', '.join(missed) or 'none'}"
        if row.alarms:
            yield f"{row.name} false alarms: {', '.join(sorted(row.alarms))}"


def as_data(rows: Sequence[Row], planted: Sequence[Planted], examples: int) -> dict[str, object]:
    return {
        "planted": [one.name for one in planted],
        "examples": examples,
        "rows": [
            {
                "generator": row.name,
                "absent": row.absent,
                "mean": row.mean,
                "found": [sorted(found) for found in row.found],
                "false_alarms": sorted(row.alarms),
                "seconds": row.seconds,
            }
            for row in rows
        ],
    }


def _say(text: str, asked: argparse.Namespace) -> None:
    if not asked.json:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.scoreboard", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--examples", type=int, default=200, help="calls of each function (200)")
    parser.add_argument("--seeds", type=int, default=5, help="how many runs, from seed 0 on (5)")
    names = [one.name for one in (*PEERS, *OURS)]
    parser.add_argument("--only", action="append", choices=names, help="this generator; may be given again")
    groups = sorted({one.group for one in PLANTED})
    parser.add_argument("--group", action="append", choices=groups, help="bugs of this group; may be given again")
    parser.add_argument("--counterexamples", action="store_true", help="how small those of check_layouts are, instead")
    parser.add_argument("--json", action="store_true", help="every bug found by every generator, as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
