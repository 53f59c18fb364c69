"""Ceilings that nobody measured: those of a machine with round figures, so that no test has to measure for minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from tensorlab.bench.ceilings.keeping import save
from tensorlab.bench.ceilings.record import Ceilings, Figure
from tensorlab.bench.host.fingerprint import fingerprint, host_facts

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.bench.ceilings.record import Kind, Unit

KIB = 1024
LEVELS = (("L1", 32 * KIB, False), ("L2", 1024 * KIB, False), ("L3", 32768 * KIB, True))
STREAMS: tuple[tuple[int, str, float], ...] = (
    (16 * KIB, "L1", 400e9),
    (512 * KIB, "L2", 200e9),
    (16384 * KIB, "L3", 100e9),
    (262144 * KIB, "DRAM", 40e9),
)
"""Working set, level, bytes a second."""
PATTERNS: tuple[Literal["read", "copy", "triad"], ...] = ("read", "copy", "triad")


def figure(kind: Kind, probe: str, amount: float, unit: Unit, rate: float, **more: object) -> Figure:
    """A figure whose rate is exactly that."""
    given = {"library": "torch", "loops": 10, "clock": "cpu", **more}
    return Figure(kind=kind, probe=probe, amount=amount, unit=unit, seconds=(amount / rate,), **given)  # type: ignore[arg-type]  # words by name


def streams(threads: int) -> tuple[Figure, ...]:
    """Bandwidths; two threads reach twice as much in the caches of their own, and no more beyond."""
    return tuple(
        figure(
            pattern,
            f"{pattern} probe",
            float(size),
            "B",
            rate * (threads if level in {"L1", "L2"} else 1),
            threads=threads,
            working_set=size,
            level=level,
            dtype="float32",
        )
        for pattern in PATTERNS
        for size, level, rate in STREAMS
    )


CEILINGS = Ceilings(
    schema=1,
    created="2026-01-31T12:00:00Z",
    fingerprint="0123456789ab",
    libraries=(("torch", "2.0"), ("numpy", "2.0")),
    levels=LEVELS,
    threads=2,
    block=1e-3,
    figures=(
        figure("dispatch", "np.add(a, b)", 1.0, "call", 1 / 200e-9, library="numpy"),
        figure("dispatch", "torch.add(a, b)", 1.0, "call", 1 / 1e-6),
        figure("dispatch", "view: a.view(1, 1)", 1.0, "call", 1 / 0.5e-6),
        figure("dispatch", "sum(list)", 1000.0, "element", 1 / 4e-9, library="list"),
        figure("dispatch", "map(operator.add, a, b)", 1000.0, "element", 1 / 16e-9, library="list"),
        figure("allocation", "new pages, first touch of each", float(2**24), "B", 2e9, library="python", faults=4096.0),
        *streams(1),
        *streams(2),
        figure("compute", "torch.mm, 512 rows", 2.0 * 512**3, "FLOP", 100e9, dtype="float32"),
        figure("compute", "oneDNN, packed, 512 rows", 2.0 * 512**3, "FLOP", 200e9, dtype="float32"),
        figure("compute", "torch.mm, 512 rows", 2.0 * 512**3, "FLOP", 400e9, dtype="bfloat16"),
        figure("compute", "oneDNN, packed, 512 rows", 2.0 * 512**3, "FLOP", 390e9, dtype="float32", threads=2),
    ),
)


def limits(faster: float = 1.0) -> Ceilings:
    """The same of a machine where everything takes so many times less."""
    figures = tuple(replace(one, seconds=tuple(s / faster for s in one.seconds)) for one in CEILINGS.figures)
    return replace(CEILINGS, figures=figures)


def kept_in(folder: Path, *, faster: float = 1.0) -> Ceilings:
    """The same as those of this machine, kept where ``TENSORLAB_CACHE=folder`` finds them.

    Args:
        folder: The cache.
        faster: Everything takes so many times less: then no row of this machine is above its ceiling.
    """
    host = host_facts()
    created = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    own = replace(limits(faster), created=created, fingerprint=fingerprint(host), libraries=host.libraries)
    assert save(folder, own) == ""
    return own
