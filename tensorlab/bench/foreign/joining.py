"""Several files of one machine as one: each is a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.foreign.pytest_json import BACKEND, read_suite
from tensorlab.errors import StoreError
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.bench.foreign.pytest_json import Suite
    from tensorlab.bench.record import Header, Run


def joined(paths: tuple[Path, ...]) -> tuple[Header, tuple[Run, ...], tuple[str, ...]]:
    """The first line, the rows and what is to be said of them.

    Raises:
        UnavailableError: One is not there.
        StoreError: None is named, one cannot be read, or two were measured on different machines.
    """
    if not paths:
        raise StoreError("there is no file to import", hint="name what pytest --benchmark-json=FILE wrote")
    suites = [read_suite(path, number) for number, path in enumerate(paths)]
    header = suites[0].header
    for path, suite in zip(paths, suites, strict=True):
        if suite.header.fingerprint != header.fingerprint:
            told = f"fingerprints {header.fingerprint} and {suite.header.fingerprint}"
            raise StoreError(
                f"{paths[0]} and {path} were measured on different machines or libraries: {told}",
                hint="import each into a file of its own, then: tensorlab bench compare",
            )
    return header, tuple(row for suite in suites for row in suite.rows), _notes(paths, suites)


def _notes(paths: tuple[Path, ...], suites: list[Suite]) -> tuple[str, ...]:
    left = [
        f"{path}: {counted(len(suite.left), 'benchmark')} left out, without raw times: {suite.left[0]}"
        for path, suite in zip(paths, suites, strict=True)
        if suite.left
    ]
    foreign = len({row.case for suite in suites for row in suite.rows if row.case.backend == BACKEND})
    if not foreign:
        return tuple(left)
    told = f"{counted(foreign, 'case')} of another suite: device, dtype, threads and bytes are not known"
    return (*left, told)
