"""What the suite shares with ``tensorlab bench``: the cases, the check of results, the threads, the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tensorlab.api.machine_limits import measure_ceilings
from tensorlab.api.measurement import every_workload
from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.budget import apart
from tensorlab.bench.cases import Selection, groups
from tensorlab.bench.foreign.pytest_json import HEADER
from tensorlab.bench.record import Case, Run, Skipped
from tensorlab.bench.runner import measure_group
from tensorlab.bench.session import Place, furnished
from tensorlab.bench.threads import equal_threads, thread_count
from tensorlab.codec import encode
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Header

Cell = Case | Skipped
Row = Run | Skipped


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tensorlab")
    group.addoption("--full", action="store_true", help="More sizes and dtypes, as tensorlab bench --full.")
    group.addoption("--threads", default="1", help="The same for every library: a number, or all.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" in metafunc.fixturenames:
        cells = [cell for group in groups(every_workload(), selected(metafunc.config)) for cell in group]
        metafunc.parametrize("cell", cells, ids=map(_name, cells))


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """What ``tensorlab bench import`` needs for its first line; when, the file says itself."""
    header = encode(furniture(config)[0])
    assert isinstance(header, dict)
    machine_info[HEADER] = {key: value for key, value in header.items() if key not in CHANGING}


CHANGING = {"created", "asked", "empty", "reading", "ceilings"}
"""Of the first line: not of the machine, so that runs of one machine still compare as such."""


def selected(config: pytest.Config) -> Selection:
    """The profile that was asked for."""
    return Selection(profile="full" if config.getoption("full") else "quick", threads=_threads(config))


def furniture(config: pytest.Config) -> tuple[Header, Laboratory]:
    """The first line of a file, and where cases are measured."""
    return furnished(every_workload(), selected(config), BACKENDS, Place())


@dataclass
class Bench:
    """Where cases are measured: all of a group when the first of them is asked for."""

    laboratory: Laboratory
    cells: tuple[tuple[Cell, ...], ...]
    rows: dict[Case, Row] = field(default_factory=dict)
    limits: Ceilings | None = None

    def measured(self, case: Case) -> tuple[Row, tuple[Run, ...]]:
        """The case's row, and the runs of its group."""
        group = next(group for group in self.cells if case in group)
        cases = tuple(cell for cell in group if isinstance(cell, Case))
        if case not in self.rows:
            for together in apart(cases, self.laboratory.backends):
                self.rows |= {row.case: row for row in measure_group(together, self.laboratory)}
        runs = (self.rows[one] for one in cases)
        return self.rows[case], tuple(row for row in runs if isinstance(row, Run))

    def ceilings(self) -> Ceilings:
        """Of this machine; measured where none are kept."""
        if self.limits is None:
            self.limits = measure_ceilings()
        return self.limits


@pytest.fixture(scope="session")
def bench(pytestconfig: pytest.Config) -> Iterator[Bench]:
    """Every library has the same number of threads while it lasts."""
    with equal_threads(_threads(pytestconfig)):
        _, laboratory = furniture(pytestconfig)
        yield Bench(laboratory, groups(every_workload(), selected(pytestconfig)))


def _threads(config: pytest.Config) -> int:
    try:
        return thread_count(config.getoption("threads"))
    except LayoutError as error:
        raise pytest.UsageError(str(error)) from error


def _name(cell: Cell) -> str:
    case = cell.case if isinstance(cell, Skipped) else cell
    unusual = f"{'' if case.allocates else '-out'}{'-cold' if case.cache == 'cold' else ''}"
    return f"{case.workload}-{case.size}-{case.backend}-{case.device}-{case.dtype}{unusual}"
