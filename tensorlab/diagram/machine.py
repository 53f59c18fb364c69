"""A machine's checkup as tables: what is there, what is wrong, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import counted, prefixed
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.host.record import Accelerator, Checkup, Extra, Host, Library
    from tensorlab.memory.record import Doubt
    from tensorlab.scene.record import Element, Role

_BINARY = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
_SHOWN = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16", "amx_int8", "asimd", "sve", "sve2")


def checkup_scene(checkup: Checkup) -> Group:
    """The picture of a checkup. All sections are rows of one table, so that they line up in every rendering."""
    host = checkup.host
    rows = [
        *_section("libraries", [_row("Python", host.python), *_libraries(checkup.libraries)]),
        _row("", ""),
        *_section("machine", _machine(host)),
        _row("", ""),
        *_section("accelerators", _accelerators(checkup)),
        _row("", ""),
        *_section("extras", map(_extra, checkup.extras)),
        _row("", ""),
        *_section("variables", _environment(host), "that change speed"),
    ]
    sections: list[Element] = [
        Table(("", ""), tuple(rows)),
        Group(_files(checkup.libraries)),
        *_wrong("problem", checkup.problems, "bad"),
        *_wrong("warning", checkup.doubts, "unknown"),
    ]
    return Group((*sections, _verdict(checkup)), title="tensorlab doctor")


def _section(title: str, rows: Iterable[tuple[Cell, Cell]], more: str = "") -> list[tuple[Cell, Cell]]:
    """The rows under their title, which may go on in the second column: a long one would widen the first."""
    return [(Cell(Span(title, "strong")), Cell(Span(more, "strong"))), *rows]


def _row(name: str, value: str, role: Role = "plain") -> tuple[Cell, Cell]:
    return Cell(Span(name, "dim")), Cell(Span(value, role))


def _libraries(libraries: tuple[Library, ...]) -> list[tuple[Cell, Cell]]:
    rows = []
    for library in libraries:
        if library.failure:
            rows.append(_row(library.name, library.failure, "bad"))
            continue
        rows.append(_row(library.name, library.version))
        rows += [_row("", f"{name}: {value}") for name, value in library.facts if value]
        rows += [_row("", f"loads {words}") for words in library.loaded]
    return rows


def _files(libraries: tuple[Library, ...]) -> tuple[Text, ...]:
    """Paths stand on lines of their own, where they are not cut."""
    return tuple(Text((Span(f"{lib.name} is ", "dim"), Span(lib.file))) for lib in libraries if lib.file)


def _machine(host: Host) -> list[tuple[Cell, Cell]]:
    caches = ", ".join(f"{name} {binary(size)}" for name, size in host.caches)
    rows = (
        ("CPU", host.cpu),
        ("vector code", ", ".join(word for word in _SHOWN if word in host.vector) or "not told"),
        ("processors", f"{counted(host.cores, 'core')}, {host.logical} logical; this process may run on {host.usable}"),
        ("caches", caches or "not told"),
        ("memory", binary(host.memory) if host.memory else "not told"),
        ("large pages", host.huge_pages or "not told"),
        ("system", host.system),
    )
    return [_row(name, value) for name, value in rows]


def _accelerators(checkup: Checkup) -> list[tuple[Cell, Cell]]:
    if not checkup.accelerators_known:
        return [_row("not known", "torch, which lists them, does not work", "unknown")]
    if not checkup.accelerators:
        return [_row("none", "torch computes on the CPU only")]
    return [_row(device.name, _accelerator(device)) for device in checkup.accelerators]


def _accelerator(device: Accelerator) -> str:
    return f"{device.model or 'model not told'}, {_memory(device.memory)}"


def _memory(nbytes: int) -> str:
    return binary(nbytes) if nbytes else "memory not told"


def _extra(extra: Extra) -> tuple[Cell, Cell]:
    found = ", ".join(f"{name} {version or 'missing'}" for name, version in extra.versions)
    cure = "" if extra.installed else f": pip install 'tensorlab-toolkit[{extra.name}]'"
    return _row(extra.name, f"{found}{cure}", "plain" if extra.installed else "dim")


def _environment(host: Host) -> list[tuple[Cell, Cell]]:
    if not host.environment:
        return [_row("none", "no variable that changes speed is set")]
    return [_row(name, value or '""') for name, value in host.environment]


def _wrong(word: str, doubts: tuple[Doubt, ...], role: Role) -> list[Element]:
    return [
        Group((Text((Span(f"{word}: ", role), Span(doubt.text))), Text((Span(f"cure: {doubt.cure}"),))))
        for doubt in doubts
    ]


def _verdict(checkup: Checkup) -> Text:
    warnings = counted(len(checkup.doubts), "warning")
    if checkup.problems:
        return Text((Span(f"{counted(len(checkup.problems), 'problem')}, {warnings}", "bad"),))
    if checkup.doubts:
        return Text((Span(f"everything works; {warnings}", "strong"),))
    return Text((Span("everything works", "good"),))


def binary(nbytes: int) -> str:
    """Bytes of a memory or a cache, in the powers of two that they are made in.

    >>> binary(49152), binary(25276518400), binary(100)
    ('48 KiB', '23.5 GiB', '100 B')
    """
    for size, unit in _BINARY:
        if nbytes >= size:
            return f"{nbytes / size:.3g} {unit}"
    return prefixed(nbytes, "B") if nbytes >= 1000 else f"{nbytes} B"
