"""What the suite shares with ``tensorlab bench``: the cases, the check of results, the threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.api.measurement import every_workload
from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.cases import Selection, plan
from tensorlab.bench.clock import EFFORTS
from tensorlab.bench.host.fingerprint import fingerprint, usable_processors
from tensorlab.bench.record import Skipped
from tensorlab.bench.runner import Laboratory
from tensorlab.bench.threads import blas_is_controlled, equal_threads, thread_count
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.bench.record import Case, Profile


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tensorlab")
    group.addoption("--full", action="store_true", help="More sizes and dtypes, as tensorlab bench --full.")
    group.addoption("--threads", default="1", help="The same for every library: a number, or all.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" in metafunc.fixturenames:
        profile: Profile = "full" if metafunc.config.getoption("full") else "quick"
        cells = plan(every_workload(), Selection(profile=profile, threads=_threads(metafunc.config)))
        metafunc.parametrize("cell", cells, ids=map(_name, cells))


@pytest.fixture(scope="session")
def laboratory(pytestconfig: pytest.Config) -> Iterator[Laboratory]:
    """Where cases are prepared; every library has the same number of threads while it lasts."""
    with equal_threads(_threads(pytestconfig)):
        yield Laboratory(
            catalogue=every_workload(),
            backends=BACKENDS,
            effort=EFFORTS["quick"],
            host=fingerprint(),
            usable=usable_processors(),
            controlled=blas_is_controlled(),
        )


def _threads(config: pytest.Config) -> int:
    try:
        return thread_count(config.getoption("threads"))
    except LayoutError as error:
        raise pytest.UsageError(str(error)) from error


def _name(cell: Case | Skipped) -> str:
    case = cell.case if isinstance(cell, Skipped) else cell
    return f"{case.workload}-{case.size}-{case.backend}-{case.device}-{case.dtype}"
