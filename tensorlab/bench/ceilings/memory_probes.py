"""Read, copy and triad over working sets of every size. A call goes over a small one many times: its own cost is lost.

A dimension with stride 0 makes the libraries go over the same bytes again and again within one call. The buffers are
cut from one block, so that all probes of a size find the same bytes in the caches, and lie some lines off the multiples
of a page, since streams at a distance of 4,096 bytes wait for one another.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from tensorlab.bench.ceilings.plan import Batch, Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.ceilings.team import Team

FLOAT = 4
LEAST = 16 << 10
"""Bytes of the smallest working set: two rows of a plot of the first-level cache."""
SKEW = 272
"""Elements between buffers: 17 cache lines."""
LINE = 16
"""Elements of a cache line."""
MOVED = 8 << 20
"""Bytes that a call goes over at least: then its own cost is a fiftieth."""
FEW = 2048
"""Elements up to which NumPy goes over an operand that is repeated by a loop three times as slow."""
ENOUGH = 512
"""Items from which on NumPy lets other threads run meanwhile."""
SMALL = 1 << 20
"""Bytes of a thread's share up to which it goes over them within one call of NumPy; over more by several calls."""
TRIAD = "np.add(b, c, out=a)"
TINY = 64
"""Bytes of the call whose cost is taken off."""


class Kernel(NamedTuple):
    """A probe over a share of memory: how many streams it has, and how the call is made."""

    kind: str
    name: str
    library: str
    streams: int
    """Buffers that the working set is cut into; each is gone over once."""
    make: Callable[[Sequence[NDArray[Any]], int], Call]
    """Buffers, and how often to go over them, to the call."""
    repeats: bool
    """Whether the call can go over them several times."""
    alone: bool
    """Whether the library spreads it over its own threads, so that no other threads are needed."""


def _wide(buffer: NDArray[Any], rows: int) -> NDArray[Any]:
    return np.lib.stride_tricks.as_strided(buffer, (rows, buffer.size), (0, FLOAT))


def _copy_items(buffers: Sequence[NDArray[Any]], rows: int) -> Call:
    """A buffer as one item of many bytes: copied so many times by one call."""
    source, target = (one.view(np.dtype(f"V{one.nbytes}")) for one in buffers)
    if rows == 1:
        return partial(np.copyto, buffers[1], buffers[0])
    again = np.lib.stride_tricks.as_strided
    return partial(np.copyto, again(target, (rows,), (0,)), again(source, (rows,), (0,)))


def _add(buffers: Sequence[NDArray[Any]], rows: int) -> Call:
    first, second, out = (_wide(one, rows) for one in buffers)
    return partial(np.add, first, second, out=out, order="C")


def _dot(buffers: Sequence[NDArray[Any]], rows: int) -> Call:
    first, second = (_wide(one, rows) for one in buffers)
    return partial(np.vecdot, first, second)


def _sum_tensor(buffers: Sequence[NDArray[Any]], rows: int) -> Call:
    return partial(torch.sum, torch.from_numpy(buffers[0]).expand(rows, -1), dim=1)


def _copy_memory(buffers: Sequence[NDArray[Any]], rows: int) -> Call:  # noqa: ARG001 - the signature of a kernel
    source, target = (one.data.cast("B") for one in buffers)
    return partial(target.__setitem__, slice(None), source)


def _copy_tensor(buffers: Sequence[NDArray[Any]], rows: int) -> Call:  # noqa: ARG001 - the signature of a kernel
    source, target = (torch.from_numpy(one) for one in buffers)
    return partial(target.copy_, source)


def _triad_tensor(buffers: Sequence[NDArray[Any]], rows: int) -> Call:  # noqa: ARG001 - the signature of a kernel
    first, second, out = (torch.from_numpy(one) for one in buffers)
    return partial(torch.add, first, second, alpha=0.5, out=out)


KERNELS = (
    Kernel("read", "np.vecdot(a, b)", "numpy", 2, _dot, repeats=True, alone=False),
    Kernel("read", "torch.sum(a)", "torch", 1, _sum_tensor, repeats=True, alone=True),
    Kernel("copy", "np.copyto(a, b)", "numpy", 2, _copy_items, repeats=True, alone=False),
    Kernel("copy", "memoryview a[:] = b", "python", 2, _copy_memory, repeats=False, alone=False),
    Kernel("copy", "a.copy_(b)", "torch", 2, _copy_tensor, repeats=False, alone=True),
    Kernel("triad", TRIAD, "numpy", 3, _add, repeats=True, alone=False),
    Kernel("triad", "torch.add(b, c, alpha=s, out=a)", "torch", 3, _triad_tensor, repeats=False, alone=True),
)


def working_sets(largest_cache: int, memory: int) -> tuple[int, ...]:
    """From within the first cache to well beyond the last, each twice the one before; a sixteenth of memory at most.

    >>> [size >> 10 for size in working_sets(1 << 20, 1 << 40)]
    [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
    >>> len(working_sets(1 << 30, 1 << 25))
    8
    """
    most = max(8 * largest_cache, 8 << 20)
    if memory:
        most = min(most, max(memory // 16, LEAST))
    sizes = [LEAST]
    while 2 * sizes[-1] <= most:
        sizes.append(2 * sizes[-1])
    return tuple(sizes)


def memory_batch(size: int, threads: int, team: Team | None = None) -> Batch:
    """All patterns over a working set of so many bytes, with one thread or with a team of them."""
    arena = _Arena(size, threads)
    probes = [
        Probe(
            kind=kernel.kind,  # type: ignore[arg-type]  # the table holds kinds only
            name=kernel.name,
            library=kernel.library,
            amount=float(arena.moved(kernel)),
            unit="B",
            prepare=partial(arena.call, kernel, team),
            empty=None if kernel.repeats or team else partial(_empty, kernel),
            dtype="float32",
            working_set=size,
        )
        for kernel in KERNELS
        if arena.tells(kernel) and (team is None or kernel.name != "memoryview a[:] = b")
    ]
    return Batch(f"memory {size >> 10:,} KiB", tuple(probes), threads)


class _Arena:
    """The block that the probes of a size share, made anew for each repeat."""

    def __init__(self, size: int, threads: int) -> None:
        self.size = size
        self.threads = threads
        self._block = np.empty(0, np.float32)
        self._asked: set[str] = set()

    def share(self, kernel: Kernel) -> int:
        """Bytes of each thread."""
        return self.size // (1 if kernel.alone else self.threads)

    def rows(self, kernel: Kernel) -> int:
        """How often one call of the library goes over its buffers."""
        share = self.share(kernel)
        if not kernel.repeats or share > SMALL:
            return 1
        return max(MOVED // share, 1, ENOUGH if self.threads > 1 and not kernel.alone else 1)

    def times(self, kernel: Kernel) -> int:
        """How many calls of the library each thread makes: handing work to a thread takes as long as many of them."""
        share = self.share(kernel)
        return 1 if self.threads == 1 or kernel.alone or share <= SMALL else max(MOVED // share, 1)

    def elements(self, kernel: Kernel) -> int:
        """Of each buffer: whole cache lines."""
        return max(self.share(kernel) // FLOAT // kernel.streams // LINE * LINE, LINE)

    def tells(self, kernel: Kernel) -> bool:
        """Whether the probe is near what the hardware does with so few elements."""
        return kernel.name != TRIAD or self.elements(kernel) > FEW

    def moved(self, kernel: Kernel) -> int:
        """Bytes that a call of the probe goes over."""
        crowd = 1 if kernel.alone else self.threads
        return self.elements(kernel) * FLOAT * kernel.streams * self.rows(kernel) * self.times(kernel) * crowd

    def call(self, kernel: Kernel, team: Team | None) -> Call:
        """The call of a probe; the first probe of a repeat that is asked for makes the block anew."""
        if kernel.name in self._asked or not self._block.size:
            self._asked.clear()
            self._block = np.ones(self.size // FLOAT + (3 * self.threads + 2) * (SKEW + LINE), np.float32)
        self._asked.add(kernel.name)
        count, start = self.elements(kernel), -self._block.ctypes.data // FLOAT % LINE
        calls = []
        for _ in range(1 if team is None or kernel.alone else self.threads):
            starts = [start + n * (count + SKEW) for n in range(kernel.streams)]
            calls.append(kernel.make([self._block[at : at + count] for at in starts], self.rows(kernel)))
            start = starts[-1] + count + SKEW
        if team is None or kernel.alone:
            return calls[0]
        return team.together(calls, self.times(kernel))


def _empty(kernel: Kernel) -> Call:
    return kernel.make([np.ones(TINY // FLOAT, np.float32) for _ in range(kernel.streams)], 1)
