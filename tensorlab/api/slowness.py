"""``why_slow``: what one call does, what that costs, and what would help, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnavailableError, UnsupportedError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.record import Case
    from tensorlab.bench.slowness.looking import Call
    from tensorlab.bench.slowness.record import WhySlow
    from tensorlab.bench.slowness.trials import Bench
    from tensorlab.render.figure import Figure

UNKNOWN = "no ceilings of this machine are kept: tensorlab ceilings measures them; costs were measured beside the call"


def why_slow(fn: Callable[..., Any], *args: object, **kwargs: object) -> WhySlow:
    """Why a call takes as long as it does: operators, copies, bytes, dispatch, page faults; and what would help.

    The call is made many times, with one thread, on copies of what it is given; memory that it reaches otherwise is
    used as it is: a call that would write a tensor of it is refused before it does, one that wrote an array or a list
    of it is refused after the first time, and what it wrote is undone. Each suggestion
    (``.contiguous()`` once, ``out=``, in place, another memory format, no Python loop, a larger batch) is run, compared
    with the original's result, and timed beside it in interleaved pairs; what changes the result is not suggested.

    Args:
        fn: What is called.
        *args: What it is given.
        **kwargs: The same by name.

    Returns:
        A record: ``str()`` says it in lines, ``tensorlab.show`` draws it, ``suggestions`` are those that were timed,
        the best first. What other libraries than torch do is timed, not recorded. Where ceilings of this machine are
        kept, ``ceiling`` and ``part`` say which of them binds these bytes, and how near the call comes.

    Raises:
        UnsupportedError: ``fn`` cannot be called or raises something, its arguments cannot be copied, or it writes
            memory that it was not given.
        UnavailableError: torch is not installed.

    >>> import torch, tensorlab
    >>> found = tensorlab.why_slow(lambda x: x.t().reshape(-1) * 2, torch.ones(300, 200))
    >>> [op.name for op in found.copies], found.moved, found.ideal
    (['aten.clone.default'], 960000, 480000)
    """
    _require_function(fn)
    try:
        from tensorlab.bench.slowness.looking import Call
    except ModuleNotFoundError as error:
        raise UnavailableError(f"{error.name} is not installed", hint="pip install torch") from error
    return _standing(_examined(Call(fn, args, kwargs), 1))


def why_workload(
    name: str, size: int | None = None, *, backend: str = "torch", dtype: str = "float32", threads: int | str = 1
) -> WhySlow:
    """The same of a workload of ``tensorlab bench``.

    Args:
        name: "add", "matmul".
        size: Elements of a vector, rows of a matrix; None means the largest of the quick profile.
        backend: "torch", "numpy", "list", "array": what libraries other than torch do is timed, not recorded.
        dtype: Of the operands.
        threads: The same for every library; "all" means every processor that this process may use.

    Raises:
        UnknownNameError: No workload, backend or dtype of that name.
        LayoutError: A size or a number of threads that cannot be.
        UnsupportedError: The workload is not written for that library.

    >>> found = why_workload("add", 1000)
    >>> found.name, found.given, [op.name for op in found.ops]
    ('add', ('float32 (1000,)', 'float32 (1000,)'), ['aten.add.Tensor'])
    """
    from tensorlab.bench.threads import thread_count

    count = thread_count(threads)
    call, case = _workload(name, size, backend, dtype, count)
    return _standing(_examined(call, count), case)


def slowness_figure(found: WhySlow) -> Figure:
    """The picture of it, with the record as its ``data``."""
    from tensorlab.diagram.slowness import slowness_scene
    from tensorlab.render.figure import Figure

    return Figure(found, slowness_scene(found))


def _standing(found: WhySlow, case: Case | None = None) -> WhySlow:
    """Beside the ceilings of this machine, where some are kept: to measure them takes longer than any call.

    Args:
        found: What was looked at.
        case: What it reads, writes and computes, where that is known; otherwise what its operators say.
    """
    from dataclasses import replace

    from tensorlab.bench.ceilings.judging import bound_of, share
    from tensorlab.bench.ceilings.keeping import load, own_folder, today
    from tensorlab.bench.host.fingerprint import fingerprint, host_facts

    if case is None and not found.ops:
        return found
    host = host_facts()
    kept = load(own_folder(), fingerprint(host), host.libraries, today()).ceilings
    if kept is None:
        return replace(found, notes=(*found.notes, UNKNOWN))
    if case is not None:
        bound = bound_of(kept, case)
    else:
        flops = sum(op.flops for op in found.ops)
        device = kept.named(found.device)
        writes = found.ideal - found.reads
        bound = kept.binding(found.reads, writes, flops, found.dtype, found.threads, library="torch", device=device)
    told = share(bound, found.seconds)
    if told.ceiling == "dispatch" and told.doubtful:  # an operator that does less than the one that was probed
        return found
    return replace(found, ceiling=told.ceiling, part=told.part)


def _require_function(given: object) -> None:
    if not callable(given):
        told = f"why_slow takes a function and what it is given; got {type(given).__name__}"
        raise UnsupportedError(told, hint="write why_slow(torch.add, a, b)")


def _examined(call: Call, threads: int) -> WhySlow:
    from tensorlab.bench.slowness.examine import why
    from tensorlab.bench.threads import equal_threads

    with equal_threads(threads):
        return why(call, _bench(call, threads), threads)


def _bench(call: Call, threads: int) -> Bench:
    """The clock of the processor where one thread computes; the one on the wall for several, and for a device."""
    from random import Random

    from tensorlab.bench.backends.tensor import synchronize
    from tensorlab.bench.pairing.counters import read, read_all
    from tensorlab.bench.slowness.programs import tensors_in
    from tensorlab.bench.slowness.trials import Bench

    random = Random(0)  # noqa: S311 - an order of turns, no secret
    devices = {str(tensor.device) for tensor in tensors_in((call.args, call.kwargs))} - {"cpu", "meta"}
    if devices:
        device = min(devices)
        return Bench(read_all, random, "wall", lambda: synchronize(device))
    return Bench(read if threads == 1 else read_all, random, "cpu" if threads == 1 else "wall")


def _workload(name: str, size: int | None, backend: str, dtype: str, threads: int) -> tuple[Call, Case]:
    from tensorlab.api.measurement import every_workload
    from tensorlab.bench.backends.table import BACKENDS
    from tensorlab.bench.cases import Selection, plan
    from tensorlab.bench.record import Skipped
    from tensorlab.bench.slowness.looking import Call
    from tensorlab.layout.dtype import dtype as dtype_named

    catalogue = every_workload()
    known = {workload.name: workload for workload in catalogue.workloads}
    if name not in known:
        raise unknown_name("workload", name, known)
    if backend not in BACKENDS:
        raise unknown_name("backend", backend, BACKENDS)
    workload = known[name]
    asked = (size,) if size is not None else workload.sizes["quick"][-1:]
    cases = plan(
        catalogue,
        Selection(names=(name,), sizes=asked, devices=("cpu",), dtypes=(dtype,), backends=(backend,), threads=threads),
    )
    row = next((one for one in cases if (one.case if isinstance(one, Skipped) else one).backend == backend), None)
    if row is None or isinstance(row, Skipped):
        raise UnsupportedError(row.reason if isinstance(row, Skipped) else f"{name} is not written for {backend}")
    kind = dtype_named(row.dtype)
    function = catalogue.implementations[backend, name]("cpu", kind)

    def operands(rows: int) -> tuple[Any, ...]:
        return tuple(
            BACKENDS[backend].place(operand, "cpu", seed) for seed, operand in enumerate(workload.operands(rows, kind))
        )

    least = operands(1)
    return Call(function, operands(row.size), {}, name, lambda: function(*least)), row
