"""Benchmarks: the same work in lists, NumPy and torch, timed on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from tensorlab.bench.words import brief
from tensorlab.errors import UnsupportedError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.record import Catalogue, Profile
    from tensorlab.bench.session import Session
    from tensorlab.progress import Progress
    from tensorlab.scene.record import Group


def benchmark(  # noqa: PLR0913 - each is something to choose, and all have a default
    *names: str,
    devices: str | Iterable[str] | None = None,
    sizes: int | Iterable[int] | None = None,
    dtypes: str | Iterable[str] | None = None,
    profile: Profile = "quick",
    threads: int | str = 1,
    output: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Session:
    """Measure workloads in every library, check each result against float64, and keep every raw time.

    Ctrl-C ends the measuring and keeps what was measured; ``interrupted`` says so.

    Args:
        names: Workloads: "add", "mul", "exp", "relu", "where", "sum", "matmul", "alexnet"; none means all.
        devices: "cpu", "cuda", "cuda:1"; None means the CPU and the accelerator that torch reports.
        sizes: Elements of a vector, rows of a square matrix, images of a batch; None means the profile's.
        dtypes: "float32", "bfloat16"; None means the profile's. Lists compute in float64 whatever is asked for.
        profile: "quick" or "full": how many sizes and dtypes, and how long each is measured.
        threads: The same for every library; "all" means every processor that this process may use. More than that are
            measured with a doubt.
        output: File for the JSON lines; None means a new file under ``runs`` in the current folder.
        progress: Called before each case.

    Returns:
        A record with every run and every case that has no time; ``tensorlab bench`` prints it as tables.

    Raises:
        UnknownNameError: No workload, device, dtype or profile of that name.
        LayoutError: A size or a number of threads below 1, a size above 10**18, or more than 8 threads a processor.
        StoreError: The output exists already, or cannot be written.

    >>> import tensorlab, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     session = tensorlab.benchmark("add", sizes=1000, devices="cpu", output=f"{folder}/add.jsonl")
    >>> [run.case.backend for run in session.runs], session.skipped
    (['list', 'numpy', 'torch'], ())
    """
    from tensorlab.bench.cases import Selection
    from tensorlab.bench.session import run_session
    from tensorlab.bench.threads import thread_count

    if profile not in get_args(Literal["quick", "full"]):
        raise unknown_name("profile", profile, ("quick", "full"))
    selection = Selection(
        names=_words("workloads", names),
        devices=_words("devices", devices),
        sizes=_numbers(sizes),
        dtypes=_words("dtypes", dtypes),
        profile=profile,
        threads=thread_count(threads),
    )
    return run_session(every_workload(), selection, output=Path(output) if output is not None else None, watch=progress)


def every_workload() -> Catalogue:
    """The operations of the benchmark floor and the networks of the floor above it.

    >>> [workload.name for workload in every_workload().workloads][-2:]
    ['matmul', 'alexnet']
    """
    from tensorlab.bench.catalogue import CATALOGUE as OPERATIONS
    from tensorlab.models.workloads import CATALOGUE as NETWORKS

    return OPERATIONS + NETWORKS


def session_scene(session: Session) -> Group:
    """The session as tables, for a renderer."""
    from tensorlab.diagram.bench import bench_scene

    return bench_scene(session.rows, session.header)


def _words(what: str, given: str | Iterable[str] | None) -> tuple[str, ...]:
    words = _several(given, str)
    for word in words:
        if not isinstance(word, str):
            raise UnsupportedError(f"{what} are given by name; got {word!r}", hint='for one: "add", "cpu", "float32"')
    return words


def _numbers(given: int | Iterable[int] | None) -> tuple[int, ...]:
    numbers = _several(given, int)
    for number in numbers:
        if type(number) is not int:
            raise UnsupportedError(f"sizes are whole numbers; got {brief(number)}", hint="for one: 1000")
    return numbers


def _several(given: Any, single: type) -> tuple[Any, ...]:  # noqa: ANN401 - a caller may give anything
    """One or several of them; what is neither stands alone, for the caller to refuse."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, single) else (given,)
