"""The size from which on a device beats the CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError, TensorlabError, UnavailableError, UnsupportedError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.crossing.record import DeviceModel
    from tensorlab.bench.record import Catalogue, Workload
    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure

PRODUCTS = ("tfloat32", "float8_e4m3fn")
QUICK = ("float32", "tfloat32")
FULL = ("float32", "tfloat32", "bfloat16", "float16", "float8_e4m3fn")


def device_crossings(  # noqa: PLR0913 - each is something to choose, and all have a default
    *names: str,
    devices: str | Iterable[str] = ("cpu", "cuda"),
    dtypes: str | Iterable[str] = (),
    threads: int | str = 1,
    model: str = "h100",
    ceilings: str | Path | None = None,
    full: bool = False,
    limits: Ceilings | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Figure:
    """Search for the size at which a device overtakes the CPU, with and without the operands' way to it.

    Both compute in torch, in turns, block by block; results are compared with float64 first. Where the device is not
    here, its times are projected from figures, and every line says so.

    Args:
        names: Workloads: "add", "matmul".
        devices: "cpu" and one more: "cuda", "cuda:1", "mps".
        dtypes: "float32" (TF32 off), "tfloat32" (on), "bfloat16", "float16", "float8_e4m3fn"; none means float32, and
            for products tfloat32 too.
        threads: Of the CPU; "all" means every processor that this process may use.
        model: Whose figures stand for a CUDA device that is not here: "h100", "a100", "t4".
        ceilings: File that ``tensorlab ceilings --json`` wrote on a machine with such a device: its figures instead.
        full: More dtypes, larger sizes, more repeats.
        limits: Of this machine, from ``measure_ceilings``: then each time says what part of its ceiling it reaches.
        progress: Called before each size.

    Returns:
        A ``Figure`` of ``Crossings``.

    Raises:
        UnknownNameError: No workload, device, dtype or model of that name.
        UnsupportedError: Not one device beside the CPU.
        UnavailableError: The device is not here, and nobody knows figures of one.

    >>> from tensorlab.api.device_crossings import device_crossings
    >>> found = device_crossings("add", devices="cpu,cuda").data  # doctest: +SKIP
    >>> print(found.crossings[0])  # doctest: +SKIP
    add float32: cuda wins from 131,072 elements on [92,681, 262,144], without transfer (projected)
    """
    from tensorlab.bench.catalogue import CATALOGUE
    from tensorlab.bench.crossing.measuring import FULL as LONG
    from tensorlab.bench.crossing.measuring import QUICK as SHORT
    from tensorlab.bench.crossing.measuring import Means, Other, crossed
    from tensorlab.bench.offload.torch_machine import present
    from tensorlab.bench.threads import thread_count
    from tensorlab.diagram.crossing import crossings_scene
    from tensorlab.render.figure import Figure

    device = _device(devices)
    asked = _asked(CATALOGUE, names, dtypes, full=full)
    machine = present(device)
    known = None if machine is not None else _model(device, model, ceilings)
    means = Means(threads=thread_count(threads), extent=LONG if full else SHORT, watch=progress, limits=limits)
    found = crossed(CATALOGUE, asked, Other(device, machine, known), means)
    return Figure(found, crossings_scene(found))


def _words(given: str | Iterable[str]) -> list[str]:
    words = given.split(",") if isinstance(given, str) else list(given)
    return list(dict.fromkeys(str(word).strip() for word in words if str(word).strip()))


def _device(devices: str | Iterable[str]) -> str:
    from tensorlab.bench.backends.tensor import KINDS
    from tensorlab.bench.host.devices import device_name

    given = [device_name(word, KINDS) for word in _words(devices)]
    others = [name for name in given if name != "cpu"]
    if len(others) != 1:
        raise UnsupportedError(
            f"a crossing is of the CPU and one device; got {', '.join(given) or 'none'}",
            hint="write --device cpu,cuda",
        )
    return others[0]


def _asked(
    catalogue: Catalogue, names: tuple[str, ...], dtypes: str | Iterable[str], *, full: bool
) -> list[tuple[Workload, str]]:
    """Workloads with their dtypes; those for products only with products, where nobody asked for them."""
    known = {one.name: one for one in catalogue.workloads}
    for name in names:
        if name not in known:
            raise unknown_name("workload", name, known)
    if not names:
        raise LayoutError("a crossing is of one workload or more; got none", hint="choose add and matmul")
    kinds = _words(dtypes)
    for kind in kinds:
        if kind not in {*FULL, "float64"}:
            raise unknown_name("dtype", kind, (*FULL, "float64"))
    chosen = kinds or (FULL if full else QUICK)
    return [
        (known[name], kind)
        for name in dict.fromkeys(names)
        for kind in chosen
        if kinds or kind not in PRODUCTS or known[name].group == "matmul"
    ]


def _model(device: str, word: str, ceilings: str | Path | None) -> DeviceModel:
    """The figures that stand for a device that is not here."""
    from tensorlab.bench.crossing.projecting import MODELS, from_ceilings

    if ceilings is not None:
        return from_ceilings(_read(ceilings), device)
    if word not in MODELS:
        raise unknown_name("model of a device", word, MODELS)
    kind = device.partition(":")[0]
    if MODELS[word].kind != kind:
        from tensorlab.bench.backends.tensor import missing

        raise UnavailableError(
            f"{missing(device)}, and there are no stored figures of one",
            hint=f"pass --ceilings FILE, from tensorlab ceilings --json on a machine with {kind}",
        )
    return MODELS[word]


def _read(path: str | Path) -> Ceilings:
    import json
    from pathlib import Path

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.codec import decode

    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise UnavailableError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return decode(Ceilings, json.loads(text))
    except (TensorlabError, ValueError) as error:
        raise LayoutError(
            f"{path} holds no ceilings: {error}", hint="write it with tensorlab ceilings --json"
        ) from error
