"""Transfers, copies on the device, its products, and what it costs to ask it for something."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.plan import Batch, Probe
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.device import Device
    from tensorlab.bench.ceilings.plan import Call, Prepare

TRANSFERRED = 64 << 20
"""Bytes of a transfer: so many that asking for it costs nothing beside it."""
ROWS = (2048, 4096, 8192)
LARGEST = 512 << 20
"""Bytes of a copy on the device that no cache holds."""
SMALLEST = 1 << 20


def device_batches(device: Device) -> tuple[Batch, ...]:
    """All of a device's probes; what it does not have is left out.

    The probes of a batch run side by side; both clocks are read with the device idle.
    """
    batches = (
        ("transfers", _transfers(device)),
        ("copies", _copies(device)),
        *((f"matmul {dtype}", _products(device, dtype)) for dtype in device.dtypes),
        ("a call", [Probe("dispatch", "torch.add(a, b, out=c)", "torch", 1.0, "call", device.small)]),
    )
    return tuple(
        Batch(f"{device.name}: {label}", tuple(probes), device=device.name, wait=device.wait)
        for label, probes in batches
        if probes
    )


def _transfers(device: Device) -> list[Probe]:
    probes = []
    for locked in (False, True):
        for way in ("host to device", "device to host"):
            name = f"{way}, {'page-locked' if locked else 'pageable'}"
            prepare = partial(_transfer, device, way, locked)
            probes.append(Probe("transfer", name, "torch", float(TRANSFERRED), "B", prepare))
    return [probe for probe in probes if _possible(probe.prepare)]


def _transfer(device: Device, way: str, locked: bool) -> Call:  # noqa: FBT001 - one of two kinds of memory
    there, here = device.buffer(TRANSFERRED), device.host(TRANSFERRED, locked=locked)
    return device.copy(here, there) if way == "host to device" else device.copy(there, here)


def _copies(device: Device) -> list[Probe]:
    """From a size that its cache holds to one that none does."""
    sizes = sorted({SMALLEST, max(device.cache // 2, SMALLEST), LARGEST})
    fitting = [size for size in sizes if not device.memory or 2 * size <= device.memory]
    return [
        Probe("copy", "a.copy_(b)", "torch", float(size), "B", partial(_copy, device, size // 2), working_set=size)
        for size in fitting
    ]


def _copy(device: Device, nbytes: int) -> Call:
    return device.copy(device.buffer(nbytes), device.buffer(nbytes))


def _products(device: Device, dtype: str) -> list[Probe]:
    probes = [
        Probe(
            "compute",
            f"torch.mm, {rows:,} rows",
            "torch",
            2.0 * rows**3,
            "FLOP",
            partial(device.product, dtype, rows),
            dtype=dtype,
        )
        for rows in ROWS
    ]
    return probes if _possible(partial(device.product, dtype, 64)) else []


def _possible(prepare: Prepare) -> bool:
    try:
        prepare()
    except TensorlabError:
        return False
    return True
