"""Times of a device that is not here, from figures: its memory, its products, the way to it and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.crossing.record import Aspect, DeviceModel
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.record import Ceilings

HEAD = "data sheet"
ASKING = 10e-6
"""Seconds that PyTorch takes to ask for a kernel, and to learn that it is done: no data sheet says it."""
ASSUMED = "10 µs from asking for a call until it is known to be done; up to twice as slow as the figures"
SLACK = 2.0
"""Kernels reach about half of a data sheet's peaks and most of its bandwidth: between that and the whole lies the
interval."""
MODELS: dict[str, DeviceModel] = {
    "h100": DeviceModel(
        name="NVIDIA H100 SXM 80 GB",
        kind="cuda",
        source=f"NVIDIA H100 Tensor Core GPU {HEAD}: 3.35 TB/s, dense products, PCIe Gen5 x16",
        assumed=ASSUMED,
        bandwidth=3.35e12,
        peaks=(
            ("vector", 67e12),
            ("float64", 67e12),
            ("float32", 67e12),
            ("tfloat32", 494.7e12),
            ("bfloat16", 989.4e12),
            ("float16", 989.4e12),
            ("float8_e4m3fn", 1978.9e12),
        ),
        asking=ASKING,
        to_device=64e9,
        from_device=64e9,
        slack=SLACK,
    ),
    "a100": DeviceModel(
        name="NVIDIA A100 SXM 80 GB",
        kind="cuda",
        source=f"NVIDIA A100 Tensor Core GPU {HEAD}: 2,039 GB/s, dense products, PCIe Gen4 x16",
        assumed=ASSUMED,
        bandwidth=2.039e12,
        peaks=(
            ("vector", 19.5e12),
            ("float64", 19.5e12),
            ("float32", 19.5e12),
            ("tfloat32", 156e12),
            ("bfloat16", 312e12),
            ("float16", 312e12),
        ),
        asking=ASKING,
        to_device=32e9,
        from_device=32e9,
        slack=SLACK,
    ),
    "t4": DeviceModel(
        name="NVIDIA T4",
        kind="cuda",
        source=f"NVIDIA T4 Tensor Core GPU {HEAD}: 300 GB/s, PCIe Gen3 x16",
        assumed=ASSUMED,
        bandwidth=300e9,
        peaks=(("vector", 8.1e12), ("float32", 8.1e12), ("float16", 65e12)),
        asking=ASKING,
        to_device=16e9,
        from_device=16e9,
        slack=SLACK,
    ),
}
"""By the word that asks for one."""


class Work(NamedTuple):
    """What a call does, by its operands' layouts."""

    reads: int
    writes: int
    flops: int
    dtype: str
    product: bool
    """Whether it is a product of matrices, for which devices have units of their own."""


class Projected(NamedTuple):
    """What a model says of one call."""

    kernel: Aspect
    latency: Aspect
    locked: Aspect
    pageable: Aspect | None


def project(model: DeviceModel, work: Work) -> Projected:
    """The times of a call: at the model's figures, and up to its slack slower.

    Raises:
        UnavailableError: The device computes no such product.

    >>> add = Work(reads=8 << 30, writes=4 << 30, flops=1 << 30, dtype="float32", product=False)
    >>> found = project(MODELS["h100"], add)
    >>> f"{found.kernel.low * 1e3:.1f} ms at best, {found.locked.low * 1e3:.0f} ms with its operands' way"
    "3.8 ms at best, 205 ms with its operands' way"
    """
    peak = model.peak(work.dtype if work.product else "vector")
    if peak is None:
        raise UnavailableError(f"{model.name} has no figure for products of {work.dtype}")
    kernel = max((work.reads + work.writes) / model.bandwidth, work.flops / peak)
    latency = model.asking + kernel
    locked = latency + work.reads / model.to_device + work.writes / model.from_device
    pageable = None
    if model.pageable_to and model.pageable_from:
        pageable = latency + work.reads / model.pageable_to + work.writes / model.pageable_from
    return Projected(
        _between(kernel, model),
        _between(latency, model),
        _between(locked, model),
        None if pageable is None else _between(pageable, model),
    )


def _between(seconds: float, model: DeviceModel) -> Aspect:
    """From what the figures say to what is as much slower as it may be; the geometric middle of the two."""
    return Aspect(seconds=seconds * model.slack**0.5, low=seconds, high=seconds * model.slack)


def from_ceilings(ceilings: Ceilings, device: str) -> DeviceModel:
    """A model made of the ceilings that were measured on another machine, where that device was.

    Raises:
        UnavailableError: They hold no figures of such a device.
    """
    names = [one.device for one in ceilings.figures if one.device.partition(":")[0] == device.partition(":")[0]]
    if device == "cpu" or not names:
        known = ", ".join(sorted({one.device for one in ceilings.figures}))
        raise UnavailableError(
            f"the ceilings of {ceilings.fingerprint} hold no {device} device; they are of {known}",
            hint="run tensorlab ceilings --json on a machine that has one",
        )
    name = names[0]
    copies = ceilings.find("copy", device=name)
    peaks = [(one.dtype, one.rate) for one in ceilings.find("compute", device=name)]
    best = {dtype: max(rate for kind, rate in peaks if kind == dtype) for dtype, _ in peaks}
    ways = {one.probe: one.rate for one in ceilings.find("transfer", device=name)}
    calls = ceilings.find("dispatch", device=name)
    locked = [ways.get(f"{way}, page-locked") for way in ("host to device", "device to host")]
    pageable = [ways.get(f"{way}, pageable") for way in ("host to device", "device to host")]
    to_device, from_device = (one or other for one, other in zip(locked, pageable, strict=True))
    if not (copies and best and to_device and from_device):
        raise UnavailableError(f"the ceilings of {ceilings.fingerprint} lack copies, products or transfers of {name}")
    largest = max(copies, key=lambda one: one.working_set)
    return DeviceModel(
        name=f"{name} of {ceilings.fingerprint}",
        kind=name.partition(":")[0],
        source=f"ceilings measured {ceilings.created} on machine {ceilings.fingerprint}",
        assumed=ASSUMED,
        bandwidth=largest.rate,
        peaks=(("vector", best.get("float32", max(best.values()))), *best.items()),
        asking=max(ASKING, calls[0].best if calls else 0.0),
        to_device=to_device,
        from_device=from_device,
        pageable_to=pageable[0],
        pageable_from=pageable[1],
        slack=SLACK,
    )
