"""What a case would need, and what there is: seconds a call and bytes, told before anything is allocated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tensorlab.bench.host.system_files import contents
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.record import Case, Profile

SECONDS_A_CALL: Mapping[Profile, float] = {"quick": 1.0, "full": 20.0}
"""A case that would take longer a call is not started."""

SHARE = 0.8
"""Of the free memory; the rest is for the libraries' own buffers."""


def seconds_a_call(case: Case, elements: int, pace: float) -> float:
    """An estimate from the count of operations, or of elements where nothing is computed.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="add", size=1000, unit="elements", backend="list", device="cpu", dtype="float64",
    ...             threads=1, reads=16000, writes=8000, flops=1000)
    >>> f"{seconds_a_call(case, 1000, 25e-9):.6f}"
    '0.000025'
    """
    return max(case.flops, elements) * pace


def bytes_needed(case: Case, itemsize: int, box: int) -> int:
    """On the device: the operands, the result, and another result while the first still lives.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="add", size=1000, unit="elements", backend="list", device="cpu", dtype="float64",
    ...             threads=1, reads=16000, writes=8000, flops=1000)
    >>> bytes_needed(case, 8, 24)
    128000
    """
    return (case.reads + 2 * case.writes) // itemsize * (itemsize + box)


def bytes_checked(case: Case, itemsize: int) -> int:
    """On the host: the float64 reference, with its operands and the result that is checked."""
    return (case.reads + 3 * case.writes) // itemsize * 8


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that this process may still allocate: the system's figure, or its control group's where that is less.

    Args:
        root: Where ``proc`` and ``sys`` lie; a test points it elsewhere.
    """
    available = _number(root / "proc/meminfo", "MemAvailable:")
    known = [None if available is None else available * 1024, _left_in_group(root / "sys/fs/cgroup")]
    return min((n for n in known if n is not None), default=None)


def _left_in_group(group: Path) -> int | None:
    """What the control group allows beside what it uses; cached files count as free, since they give way."""
    limit, used = _number(group / "memory.max", ""), _number(group / "memory.current", "")
    if limit is None or used is None:
        return None
    return limit - used + (_number(group / "memory.stat", "inactive_file ") or 0)


def _number(path: Path, label: str) -> int | None:
    """The number that follows the label at the start of a line."""
    for line in contents(path).splitlines():
        words = line.removeprefix(label).split()
        if line.startswith(label) and words and words[0].isdigit():
            return int(words[0])
    return None


def apart(cases: tuple[Case, ...], backends: Mapping[str, Backend]) -> tuple[tuple[Case, ...], ...]:
    """Cases that are measured in turns hold their operands all at once: as many together as there is memory for.

    Operands are placed anew while the old ones are still there, so that they lie elsewhere; twice is reckoned with.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="add", size=1000, unit="elements", backend="list", device="cpu", dtype="float64",
    ...             threads=1, reads=16000, writes=8000, flops=1000)
    >>> from tensorlab.bench.backends.table import BACKENDS
    >>> apart((case,), BACKENDS) == ((case,),)
    True
    """
    found: list[tuple[Case, ...]] = []
    used = 0
    for case in cases:
        backend = backends[case.backend]
        free = backend.free(case.device)
        needed = 2 * bytes_needed(case, dtype(case.dtype).itemsize, backend.box)
        if found and (free is None or used + needed <= SHARE * free):
            found[-1] = (*found[-1], case)
            used += needed
        else:
            found.append((case,))
            used = needed
    return tuple(found)
