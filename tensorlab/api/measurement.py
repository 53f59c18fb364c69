"""Benchmarks: the same work in lists, NumPy and torch, timed on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from tensorlab.bench.words import brief
from tensorlab.errors import LayoutError, UnsupportedError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.cases import Selection
    from tensorlab.bench.record import Cache, Catalogue, Profile
    from tensorlab.bench.session import Session
    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure
    from tensorlab.scene.record import Group


def benchmark(  # noqa: PLR0913 - each is something to choose, and all have a default
    *names: str,
    devices: str | Iterable[str] | None = None,
    sizes: int | Iterable[int] | None = None,
    dtypes: str | Iterable[str] | None = None,
    profile: Profile = "quick",
    threads: int | str = 1,
    backends: str | Iterable[str] | None = None,
    cache: str | Iterable[str] | None = None,
    allocation: str | Iterable[str] | None = None,
    processes: int = 1,
    output: str | Path | None = None,
    resume: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Session:
    """Measure workloads in every library in turns, check each result against float64, and keep every raw time.

    Libraries that do the same work are measured block by block in random turns, by the processor's clock where one
    thread computes: what disturbs the machine disturbs all alike, and their ratio stands. Ctrl-C ends the measuring and
    keeps what was measured; ``interrupted`` says so.

    Args:
        names: Workloads: "add", "softmax", "matmul", "alexnet"; or a function of your own, as "path.py:function"; none
            means all.
        devices: "cpu", "cuda", "cuda:1"; None means the CPU and the accelerator that torch reports.
        sizes: Elements of a vector, rows of a square matrix, images of a batch; None means the profile's.
        dtypes: "float32", "bfloat16"; None means the profile's. Lists compute in float64 whatever is asked for.
        profile: "quick" or "full": how many sizes and dtypes, and how long each is measured.
        threads: The same for every library; "all" means every processor that this process may use. More than that are
            measured with a doubt.
        backends: "list", "array", "numpy", "torch", "torch.compile"; None means those of the profile.
        cache: "warm" (the same operands each call), "cold" (operands take turns, so that no cache holds them), or both.
        allocation: "in" (each call makes its result), "out" (it writes into one that is there: ``out=``), or both; None
            means in, and both where a result is so large that each call gets new pages for it.
        processes: How many processes measure each case, one after another.
        output: File for the JSON lines; None means a new file under ``runs`` in the current folder.
        resume: A file of an earlier run: what it lacks is measured and appended. Without names and choices, what was
            asked for then.
        progress: Called before each case.

    Returns:
        A record with every run and every case that has no time; ``tensorlab bench`` prints it as tables.

    Raises:
        UnknownNameError: No workload, library, device, dtype or profile of that name.
        LayoutError: A size or a number of threads below 1, a size above 10**18, or more than 8 threads a processor.
        StoreError: The output exists already, is being written, or cannot be written; what is resumed is no such file.

    >>> import tensorlab, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     session = tensorlab.benchmark("add", sizes=1000, devices="cpu", output=f"{folder}/add.jsonl")
    >>> [run.case.backend for run in session.runs], session.skipped
    (['list', 'array', 'numpy', 'torch'], ())
    """
    from tensorlab.api.machine_limits import limits_of_a_run
    from tensorlab.api.own_workloads import with_own
    from tensorlab.bench.backends.table import BACKENDS
    from tensorlab.bench.cases import Selection
    from tensorlab.bench.session import Place, run_session
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
        backends=_words("libraries", backends),
        caches=_chosen("cache", cache, CACHES),
        allocations=_chosen("allocation", allocation, ALLOCATIONS),
        processes=_processes(processes),
    )
    if resume is not None:
        selection = _as_before(Path(resume), selection)
    catalogue, libraries = with_own(every_workload(), BACKENDS, selection.names)
    path = Path(resume) if resume is not None else Path(output) if output is not None else None
    place = Place(
        output=path,
        resume=resume is not None,
        child=_child if selection.processes > 1 else None,
        ceilings=partial(limits_of_a_run, progress),
    )
    return run_session(catalogue, selection, place=place, watch=progress, backends=libraries)


CACHES: Mapping[str, tuple[Cache, ...]] = {"warm": ("warm",), "cold": ("cold",), "both": ("warm", "cold")}
ALLOCATIONS: Mapping[str, tuple[bool, ...]] = {"in": (True,), "out": (False,), "both": (True, False)}
MOST_PROCESSES = 100
CHILD = "tensorlab.api.measuring_child"
CHILD_SECONDS = 24 * 3600.0


def _child(path: Path, process: int) -> str:
    """Let a process of its own measure what the file lacks; what went wrong, or ""."""
    from tensorlab.process.child import ask
    from tensorlab.process.record import Failed

    answer = ask(CHILD, str(path), str(process), timeout=CHILD_SECONDS)
    return f"process {process + 1}: {answer.reason}" if isinstance(answer, Failed) else ""


def _as_before(path: Path, selection: Selection) -> Selection:
    """What was asked for when the file was begun, where nothing is asked for now."""
    from dataclasses import replace

    from tensorlab.bench.cases import Selection
    from tensorlab.bench.store import load

    if not path.exists() or b"\n" not in path.read_bytes():
        return selection
    header = load(path).header
    asked = header.asked
    if asked is None:
        return selection
    untold = Selection(profile=selection.profile, threads=selection.threads)
    if selection == untold:
        selection = Selection(**{name: getattr(asked, name) for name in asked.__dataclass_fields__})
    processes = max(selection.processes, asked.processes)
    return replace(selection, profile=header.profile, threads=header.threads, processes=processes)


def every_workload() -> Catalogue:
    """The operations of the benchmark floor and the networks of the floor above it.

    >>> [workload.name for workload in every_workload().workloads][-1]
    'alexnet'
    """
    from tensorlab.bench.catalogue import CATALOGUE as OPERATIONS
    from tensorlab.models.workloads import CATALOGUE as NETWORKS

    return OPERATIONS + NETWORKS


def session_scene(session: Session) -> Group:
    """The session as tables, for a renderer."""
    from tensorlab.bench.comparison import told_rows
    from tensorlab.diagram.bench import bench_scene

    return bench_scene(told_rows(session.rows), session.header)


def roofline_of(session: Session) -> Figure:
    """The roofs of the machine and the rows of a run below them, with the session as its ``data``."""
    from tensorlab.bench.comparison import told_rows
    from tensorlab.diagram.roofs_of_runs import rooflines, without_roofs
    from tensorlab.render.figure import Figure

    ceilings = session.header.ceilings
    return Figure(session, rooflines(told_rows(session.rows), ceilings) if ceilings else without_roofs())


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


def _chosen(what: str, given: str | Iterable[str] | None, known: Mapping[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    found: dict[Any, None] = {}
    for word in _words(what, given):
        if word not in known:
            raise unknown_name(what, word, known)
        found |= dict.fromkeys(known[word])
    return tuple(found)


def _processes(given: int) -> int:
    if type(given) is not int or not 1 <= given <= MOST_PROCESSES:
        raise LayoutError(f"processes are a whole number from 1 to {MOST_PROCESSES}; got {brief(given)}")
    return given
