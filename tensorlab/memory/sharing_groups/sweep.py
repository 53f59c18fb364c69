"""From many layouts to groups that share bytes: a sweep over their extents, exact where they meet."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from itertools import combinations
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.address import extent
from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.grouping.extents import covered_together
from tensorlab.memory.grouping.members import members
from tensorlab.memory.grouping.storages import overlapping
from tensorlab.memory.mapped import regions
from tensorlab.memory.sharing_groups.record import SharedPair, SharingGroup, SharingMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tensorlab.layout.record import Layout
    from tensorlab.memory.mapped import Region
    from tensorlab.memory.record import MemoryMap

MOST_COMPARED = 100_000
"""Pairs that are compared; those beyond are said to be unknown."""
_FEW = 12
"""Members of a group of which every pair is compared, not only as many as prove it."""
_MOST_UNKNOWN = 64
_SAME_FILE = "they lie in separate mappings of one file"


class Placed(NamedTuple):
    """A layout at its place in memory."""

    name: str
    memory: MemoryMap
    device: str
    start: int
    """Address of its storage."""
    layout: Layout
    run: tuple[int, int]
    """Addresses from its first byte to the one after its last."""


class _Comparisons:
    """Pairs that were compared, and which belong together."""

    def __init__(self, items: Sequence[Placed], most: int) -> None:
        self.items = items
        self.left = most
        self.parent = list(range(len(items)))
        self.pairs: dict[tuple[int, int], Overlap] = {}
        self.unchecked = 0

    def root(self, n: int) -> int:
        while self.parent[n] != n:
            self.parent[n] = n = self.parent[self.parent[n]]
        return n

    def meet(self, one: int, other: int) -> bool:
        """Whether two are known to share a byte."""
        pair = (min(one, other), max(one, other))
        known = self.pairs.get(pair)
        if known is None:
            if self.left <= 0:
                self.unchecked += 1
                return False
            self.left -= 1
            first, second = self.items[pair[0]], self.items[pair[1]]
            known = overlap(first.layout, second.layout, distance=second.start - first.start)
            if known.answer is Answer.NO:
                return False
            self.pairs[pair] = known
        if known.answer is Answer.YES:
            self.parent[self.root(one)] = self.root(other)
        return known.answer is Answer.YES


def sharing_groups(
    named: Iterable[tuple[str, MemoryMap]], *, skipped: int = 0, most: int = MOST_COMPARED
) -> SharingMap:
    """Which of these named maps share bytes; components are compared for themselves ("s.values").

    Extents are swept in order of their addresses, so that only those that meet are compared; then bytes decide. A
    group is transitive: a chain of views of which each meets the next is one.

    Args:
        named: Their names and memory.
        skipped: Entries that have no elements.
        most: Pairs that are compared at most.

    >>> from tensorlab.memory.registry import describe
    >>> data = memoryview(bytearray(100))
    >>> print(sharing_groups([("a", describe(data)), ("b", describe(data[40:])), ("c", describe(b"xyz"))]))
    a and b share memory, 100 B in all: a[40] and b[0] are the same byte
    c shares with none
    """
    everything = [leaf for name, memory in named for leaf in (members(name, memory) or [(name, memory)])]
    items = [placed for name, memory in everything if (placed := _placed(name, memory)) is not None]
    found = _Comparisons(items, most)
    for cluster in _clusters(items):
        _sweep(cluster, found)
    groups = _groups(found)
    taken = {name for group in groups for name, _ in group.members}
    unknown, more = _unknown(found)
    return SharingMap(
        groups=tuple(sorted(groups, key=lambda group: -group.nbytes)),
        alone=tuple(name for name, _ in everything if name not in taken),
        unknown=unknown,
        unchecked=found.unchecked + more,
        skipped=skipped,
    )


def _placed(name: str, memory: MemoryMap) -> Placed | None:
    """None where there are no strides, no bytes, or no address to compare."""
    storage, layout = memory.storage, memory.layout
    if storage is None or layout is None or storage.address is None:
        return None
    reach = extent(layout)
    if not reach:
        return None
    run = (storage.address + reach.start, storage.address + reach.stop)
    return Placed(name, memory, f"{storage.device} {storage.path or ''}", storage.address, layout, run)


def _clusters(items: Sequence[Placed]) -> list[list[int]]:
    """Numbers of those whose extents meet, directly or through others."""
    devices: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for n, item in enumerate(items):
        devices[item.device].append((*item.run, n))
    clusters = [cluster for runs in devices.values() for cluster in overlapping(runs) if len(cluster) > 1]
    return [part for cluster in clusters for part in _residues(cluster, items) if len(part) > 1]


def _residues(cluster: list[int], items: Sequence[Placed]) -> list[list[int]]:
    """The same, apart where every stride is a multiple of one step within which they lie apart: columns of a matrix."""
    if len(cluster) <= 2:
        return [cluster]
    step = gcd(*(stride for n in cluster for stride, size in _axes(items[n].layout) if size > 1))
    widest = max(items[n].layout.itemsize for n in cluster)
    if step <= widest:
        return [cluster]
    first = min(items[n].run[0] for n in cluster)
    begins = {n: (items[n].start + items[n].layout.offset - first) % step for n in cluster}
    if any(begin + items[n].layout.itemsize > step for n, begin in begins.items()):
        return [cluster]
    return overlapping((begin, begin + items[n].layout.itemsize, n) for n, begin in begins.items())


def _axes(layout: Layout) -> Iterable[tuple[int, int]]:
    return zip(layout.strides, layout.shape, strict=True)


class _Open(NamedTuple):
    """A group in the making, as far as the sweep may still meet it."""

    members: deque[int]
    reach: list[int]
    """One number: the address after its last byte."""


def _sweep(cluster: Sequence[int], found: _Comparisons) -> None:
    """Each against those before it whose extents it meets, until one of their group is known to share a byte."""
    active: list[_Open] = []
    for n in sorted(cluster, key=lambda n: found.items[n].run):
        begin, end = found.items[n].run
        active = [group for group in active if group.reach[0] > begin]
        if found.left <= 0:
            found.unchecked += sum(len(group.members) for group in active)
            continue
        mine = _Open(deque([n]), [end])
        others = []
        for group in active:
            if _meets(n, group.members, found):
                mine = _joined(group, mine)
            else:
                others.append(group)
        active = [*others, mine]


def _joined(one: _Open, other: _Open) -> _Open:
    large, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
    large.members.extend(small.members)
    large.reach[0] = max(large.reach[0], small.reach[0])
    return large


def _meets(n: int, members: deque[int], found: _Comparisons) -> bool:
    """Whether one of them shares a byte with ``n``; those that end before it are dropped: later ones start later."""
    begin = found.items[n].run[0]
    misses = []
    met = False
    while members and not met:
        m = members.popleft()
        if found.items[m].run[1] > begin:
            misses.append(m)
            met = found.meet(m, n)
    members.extendleft(misses)  # the one that met comes first, and is asked first
    return met


def _groups(found: _Comparisons) -> list[SharingGroup]:
    together: defaultdict[int, list[int]] = defaultdict(list)
    for n in range(len(found.items)):
        together[found.root(n)].append(n)
    chosen = [numbers for numbers in together.values() if len(numbers) > 1]
    for numbers in chosen:
        if len(numbers) <= _FEW:
            _compare_all(numbers, found)
    proofs: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair, known in sorted(found.pairs.items()):
        if known.answer is Answer.YES:
            proofs[found.root(pair[0])].append(pair)
    return [_group(numbers, proofs[found.root(numbers[0])], found) for numbers in chosen]


def _compare_all(numbers: Sequence[int], found: _Comparisons) -> None:
    for one, other in combinations(numbers, 2):
        first, second = found.items[one].run, found.items[other].run
        if first[0] < second[1] and second[0] < first[1]:
            found.meet(one, other)


def _group(numbers: Sequence[int], proofs: Sequence[tuple[int, int]], found: _Comparisons) -> SharingGroup:
    items = [found.items[n] for n in numbers]
    nbytes, exact = covered_together((item.start, item.layout) for item in items)
    return SharingGroup(
        members=tuple((item.name, item.memory) for item in items),
        nbytes=nbytes,
        exact=exact,
        pairs=tuple(_pair(found, *pair) for pair in proofs),
    )


def _pair(found: _Comparisons, one: int, other: int) -> SharedPair:
    return SharedPair(found.items[one].name, found.items[other].name, found.pairs[one, other])


def _unknown(found: _Comparisons) -> tuple[tuple[SharedPair, ...], int]:
    """Pairs that nothing decided, the first of them, and how many more there are."""
    open_pairs = [pair for pair, known in found.pairs.items() if known.answer is Answer.UNKNOWN]
    pairs = [_pair(found, *pair) for pair in open_pairs if found.root(pair[0]) != found.root(pair[1])]
    for first, second in _same_file(found.items):
        if len(pairs) > 4 * _MOST_UNKNOWN:
            break
        pairs.append(SharedPair(first.name, second.name, Overlap(Answer.UNKNOWN, "cap", cap=_SAME_FILE)))
    return tuple(pairs[:_MOST_UNKNOWN]), max(len(pairs) - _MOST_UNKNOWN, 0)


def _same_file(items: Sequence[Placed]) -> Iterator[tuple[Placed, Placed]]:
    """Those that lie in different mappings of the same bytes of one file."""
    known = sorted(regions(), key=lambda region: region.start)
    starts = [region.start for region in known]
    files: defaultdict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    where: dict[int, Region] = {}
    for n, item in enumerate(items):
        at = bisect_right(starts, item.run[0]) - 1
        if item.memory.storage is None or item.memory.storage.device != "cpu" or at < 0:
            continue
        region = known[at]
        if region.file is not None and item.run[0] < region.stop:
            shift = region.position - region.start
            files[region.file].append((item.run[0] + shift, item.run[1] + shift, n))
            where[n] = region
    for runs in files.values():
        for cluster in overlapping(runs):
            for one, other in combinations(sorted(cluster), 2):
                if where[one].start != where[other].start:
                    yield items[one], items[other]
