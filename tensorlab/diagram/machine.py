"""A machine's checkup as tables: what is there, what is wrong, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import prefixed
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.host.record import Accelerator, Checkup, Extra, Host, Library
    from tensorlab.memory.record import Doubt
    from tensorlab.scene.record import Element, Role

_NAME = len("OPENBLAS_CORETYPE")
_BINARY = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
_SHOWN = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16", "amx_int8", "asimd", "sve", "sve2")


def checkup_scene(checkup: Checkup) -> Group:
    """The picture of a checkup."""
    host = checkup.host
    sections: list[Element] = [
        _section("interpreter and libraries", [_row("Python", host.python), *_libraries(checkup.libraries)]),
        *_files(checkup.libraries),
        _section("machine", _machine(host)),
        _section("accelerators", _accelerators(checkup.accelerators)),
        _section("extras", map(_extra, checkup.extras)),
        _section("variables that change speed", _environment(host)),
        *_wrong("problem", checkup.problems, "bad"),
        *_wrong("warning", checkup.doubts, "unknown"),
    ]
    return Group((*sections, _verdict(checkup)), title="tensorlab doctor")


def _section(title: str, rows: Iterable[tuple[Cell, Cell]]) -> Group:
    return Group((Table(("", ""), tuple(rows)),), title=title)


def _row(name: str, value: str, role: Role = "plain") -> tuple[Cell, Cell]:
    return Cell(Span(name.ljust(_NAME) if name else "", "dim")), Cell(Span(value, role))


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


def _files(libraries: tuple[Library, ...]) -> list[Element]:
    """Paths stand on lines of their own, where they are not cut."""
    return [Text((Span(f"{lib.name} is ", "dim"), Span(lib.file))) for lib in libraries if lib.file]


def _machine(host: Host) -> list[tuple[Cell, Cell]]:
    caches = ", ".join(f"{name} {binary(size)}" for name, size in host.caches)
    rows = (
        ("CPU", host.cpu),
        ("vector code", ", ".join(word for word in _SHOWN if word in host.vector) or "not told"),
        ("processors", f"{host.cores} cores, {host.logical} logical; this process may run on {host.usable}"),
        ("caches", caches or "not told"),
        ("memory", binary(host.memory) if host.memory else "not told"),
        ("large pages", host.huge_pages or "not told"),
        ("system", host.system),
    )
    return [_row(name, value) for name, value in rows]


def _accelerators(devices: tuple[Accelerator, ...]) -> list[tuple[Cell, Cell]]:
    if not devices:
        return [_row("none", "torch computes on the CPU only")]
    return [_row(device.name, f"{device.model or 'model not told'}, {_memory(device.memory)}") for device in devices]


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
    if checkup.problems:
        return Text((Span(f"{_count(checkup.problems, 'problem')}, {_count(checkup.doubts, 'warning')}", "bad"),))
    if checkup.doubts:
        return Text((Span(f"everything works; {_count(checkup.doubts, 'warning')}", "strong"),))
    return Text((Span("everything works", "good"),))


def _count(doubts: tuple[Doubt, ...], word: str) -> str:
    return f"{len(doubts)} {word}{'' if len(doubts) == 1 else 's'}"


def binary(nbytes: int) -> str:
    """Bytes of a memory or a cache, in the powers of two that they are made in.

    >>> binary(49152), binary(25276518400), binary(100)
    ('48 KiB', '23.5 GiB', '100 B')
    """
    for size, unit in _BINARY:
        if nbytes >= size:
            return f"{nbytes / size:.3g} {unit}"
    return prefixed(nbytes, "B") if nbytes >= 1000 else f"{nbytes} B"
