"""The limits of this machine: measured once, kept, and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.diagram.roofline import Placed
    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure


def limits_of_a_run(progress: Callable[[Progress], None] | None = None) -> Ceilings:
    """Those that the rows of a run are judged by: kept ones, else measured; the labels of the progress say so."""
    from dataclasses import replace

    from tensorlab.progress import LIMITS

    def watch(state: Progress) -> None:
        if progress is not None:
            progress(replace(state, label=f"{LIMITS}{state.label}"))

    return measure_ceilings(progress=watch)


def measure_ceilings(*, again: bool = False, progress: Callable[[Progress], None] | None = None) -> Ceilings:
    """What this machine reaches at most: bandwidth of each level of memory, products, calls, new memory, transfers.

    They are kept in the user's cache with the machine's fingerprint, and measured anew (about half a minute) when that
    or a library changed, after 30 days, where the file is damaged, and on request.

    Args:
        again: Measure even where kept ceilings can be used.
        progress: Called before each batch of probes.

    Returns:
        A record: ``figures`` holds every probe with its raw times; ``binding`` says which ceiling binds a piece of
        work; ``notes`` say whether they were kept or measured, and why.

    Raises:
        UnsupportedError: ``again`` is neither True nor False, or ``progress`` cannot be called.
        KeyboardInterrupt: Ctrl-C came before all was measured; nothing is kept.

    >>> import tensorlab
    >>> ceilings = tensorlab.measure_ceilings()  # doctest: +SKIP
    >>> add = {"reads": 2**30, "writes": 2**29, "flops": 2**27, "dtype": "float32"}
    >>> ceilings.binding(**add).ceiling  # doctest: +SKIP
    'DRAM'
    >>> ceilings.binding(8, 4, 1, "float32", library="numpy").ceiling  # doctest: +SKIP
    'dispatch'
    """
    found = ceilings_so_far(again=again, progress=progress)
    if found.interrupted:
        raise KeyboardInterrupt("the ceilings were not measured to their end")
    return found


def ceilings_so_far(*, again: bool = False, progress: Callable[[Progress], None] | None = None) -> Ceilings:
    """As ``measure_ceilings``; where Ctrl-C ends the measuring, what was measured until then, which is not kept.

    >>> from tensorlab.api.machine_limits import ceilings_so_far
    >>> ceilings_so_far(again=True).interrupted  # doctest: +SKIP
    False
    """
    from dataclasses import replace
    from time import perf_counter

    from tensorlab.bench.ceilings.keeping import load, measured_alone, own_folder, save, today
    from tensorlab.bench.host.fingerprint import fingerprint, host_facts

    if type(again) is not bool:
        raise UnsupportedError(f"again is True or False; got {again!r}", hint="True measures anew")
    if progress is not None and not callable(progress):
        raise UnsupportedError(f"progress is a function or None; got {progress!r}", hint="leave it out")
    host = host_facts()
    word, folder = fingerprint(host), own_folder()
    kept = load(folder, word, host.libraries, today())
    if kept.ceilings is not None and not again:
        return replace(kept.ceilings, notes=(f"kept since {kept.ceilings.created}",))
    from tensorlab.bench.ceilings.measuring import measure_all
    from tensorlab.bench.ceilings.torch_device import present

    with measured_alone(folder, word):
        found = load(folder, word, host.libraries, today())
        if found.ceilings is not None and not again:
            return replace(found.ceilings, notes=("another process measured them just now",))
        begun = perf_counter()
        ceilings = measure_all(host, present(), watch=progress)
        failure = None if ceilings.interrupted else save(folder, ceilings)
    if ceilings.interrupted:
        return replace(ceilings, notes=("interrupted: what was measured until then; it is not kept",))
    why = f"measured now in {perf_counter() - begun:.0f} s{', as asked' if again else f': {kept.reason}'}"
    return replace(ceilings, notes=(why, failure) if failure else (why,))


def draw_ceilings(ceilings: Ceilings) -> Figure:
    """The picture of ceilings, with them as its ``data``."""
    from tensorlab.diagram.ceilings import ceilings_scene
    from tensorlab.render.figure import Figure

    return Figure(ceilings, ceilings_scene(ceilings))


def draw_roofline(ceilings: Ceilings, placed: Iterable[Placed] = (), *, dtype: str = "float32") -> Figure:
    """The roofs of this machine and what was measured below them, with the ceilings as its ``data``."""
    from tensorlab.diagram.roofline import roofline_scene
    from tensorlab.render.figure import Figure

    return Figure(ceilings, roofline_scene(ceilings, tuple(placed), dtype=dtype))
