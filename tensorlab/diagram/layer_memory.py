"""What is alive when: bytes over the moments of a pass, and a table of who makes them and until when they live."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tensorlab.models.profiling.record import BEFORE, FOREVER
from tensorlab.quantity import Quantity, counted, listed, prefixed
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.models.profiling.record import Block, Profile, Row
    from tensorlab.scene.record import Element, Role

_NAMES = {
    "parameter": "parameters",
    "buffer": "buffers",
    "input": "input",
    "state": "state of the optimizer",
    "activation": "activations",
    "gradient": "gradients",
}
_MOST_NAMED = 3
"""Storages that are named at the peak."""
_MEGA = 1e6


def memory_section(profile: Profile) -> Group:
    """The part of the picture that tells of memory.

    >>> from tensorlab.models.profiling.record import Block, Profile, Row
    >>> row = Row(name="a", call=1, kind="ReLU", phase="forward", made=8, alive=8, peak=8)
    >>> block = Block(8, "activation", "a: relu", 0, 0, -1)
    >>> profile = Profile(name="net", inputs=(), device="cpu", threads=1, train=False, optimizer="", host="",
    ...                   parameters=0, rows=(row,), steps=(0, 0), blocks=(block,))
    >>> print(memory_section(profile).children[1].spans[1].text)
    8 B alive, in a: activations 8.00 B
    """
    children: list[Element] = [_plot(profile), *_words(profile), _table(profile), *_allocator(profile)]
    return Group(tuple(children), title="what is alive when")


def _plot(profile: Profile) -> Plot:
    bytes_alive = [nbytes / _MEGA for nbytes in profile.alive_bytes()] or [0.0]
    points = tuple((float(n), value, value, value) for n, value in enumerate(bytes_alive))
    peak = bytes_alive.index(max(bytes_alive))
    label = f"peak, in {profile.peak_row.label}"
    return Plot(
        "operators, in order",
        "MB of tensors alive",
        (("alive", points),),
        marks=((float(peak), bytes_alive[peak], Span(label, "strong")),),
    )


def _words(profile: Profile) -> Iterator[Text]:
    """The peak by what it holds, and its largest parts that were made in the pass."""
    alive = profile.alive(profile.peak_moment)
    parts: dict[str, int] = defaultdict(int)
    for block in alive:
        parts[_NAMES[block.role]] += block.nbytes
    told = ", ".join(f"{name} {prefixed(parts[name], 'B')}" for name in _NAMES.values() if name in parts)
    where = _where(profile.peak_row)
    yield Text((Span("at most "), Span(f"{Quantity(profile.peak, 'B')} alive, in {where}: {told}", "strong")))
    made = [f"{block.name} {prefixed(block.nbytes, 'B')}" for block in alive if block.row != BEFORE]
    if made:
        yield Text((Span(f"largest of those made in the pass: {listed(made, _MOST_NAMED)}", "dim"),))
    if profile.train:
        kept = Quantity(profile.activations, "B")
        yield Text((Span(f"activations alive when the forward pass has ended: {kept}", "dim"),))


def _where(row: Row) -> str:
    return row.label if row.phase == "forward" else f"{row.phase} of {row.label}"


def _table(profile: Profile) -> Table:
    head = ("layer", "parameters", "makes", "until", "alive", "peak", "workspace")
    last: dict[int, Block] = {}
    for block in profile.blocks:
        if block.row != BEFORE and (block.row not in last or _longer(block, last[block.row])):
            last[block.row] = block
    rows = [_row(profile, n, row, last.get(n)) for n, row in enumerate(profile.rows)]
    if profile.counted_peak is not None:
        rows.append(_workspaces(profile))
    return Table(head, tuple(rows))


def _longer(block: Block, other: Block) -> bool:
    """Whether it lives longer; of those that do so alike, whether it is larger."""
    ends = [float("inf") if one.died == FOREVER else one.died for one in (block, other)]
    return (ends[0], block.nbytes) > (ends[1], other.nbytes)


def _row(profile: Profile, number: int, row: Row, longest: Block | None) -> tuple[Cell, ...]:
    name = row.label if row.phase == "forward" else f"{row.label} {_SIGNS[row.phase]}"
    words = (
        "-" if not row.parameters else f"{row.fresh:,}" if row.fresh == row.parameters else "as before",
        prefixed(row.made, "B") if row.made else "-",
        _until(profile, number, longest),
        prefixed(row.alive, "B"),
        prefixed(row.peak, "B"),
        prefixed(row.workspace, "B") if row.workspace else "-",
    )
    role: Role = "strong" if row is profile.peak_row else "plain"
    return (Cell(Span(name, role)), *(Cell(Span(word, role), right=n != 2) for n, word in enumerate(words)))


_SIGNS = {"backward": "\N{LEFTWARDS ARROW}", "optimizer": "(step)"}


def _until(profile: Profile, number: int, block: Block | None) -> str:
    """The row in which the longest-lived of what it made was gone."""
    if block is None:
        return "-"
    if block.died == FOREVER or block.died >= len(profile.steps):
        return "the end"
    row = next((row for row in profile.steps[block.died :] if row != BEFORE), BEFORE)
    if row == number:
        return "itself"
    if row == BEFORE:
        return "the end"
    found = profile.rows[row]
    return found.label if found.phase == "forward" else f"{found.label} {_SIGNS[found.phase]}"


def _workspaces(profile: Profile) -> tuple[Cell, ...]:
    """What kernels take for themselves, which no tensor stands for."""
    most = max(row.workspace for row in profile.rows)
    over = max(0, (profile.counted_peak or 0) - profile.peak)
    words = ("", "", "", "", f"+{prefixed(over, 'B')}", prefixed(most, "B") if most else "-")
    return (Cell(Span("workspaces", "dim")), *(Cell(Span(word, "dim"), right=True) for word in words))


def _allocator(profile: Profile) -> Iterator[Text]:
    """How far our bytes are from those of torch's own allocator."""
    if profile.gap is None or profile.counted_peak is None:
        yield Text((Span("torch tells nothing of this device's allocator: the bytes are ours alone", "dim"),))
        return
    apart = f"{100 * profile.gap:.2f}% apart at most" if profile.gap else "equal to the byte"
    rows = counted(len(profile.rows), "row")
    yield Text((Span(f"{profile.allocator} counts the same tensors: {apart}, at the end of each of {rows}", "dim"),))
    peak = Quantity(profile.counted_peak, "B")
    yield Text((Span(f"its peak is {peak}, with the workspaces that kernels take for themselves", "dim"),))
