"""Where a run was measured, as the page tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.page.report.words import facts
from tensorlab.quantity import Quantity, counted

if TYPE_CHECKING:
    from tensorlab.bench.record import Header


def environment(header: Header) -> str:
    """Machine, libraries, variables, and what was asked for, as a list of facts."""
    host = header.host
    pairs = [
        ("CPU", host.cpu),
        ("vector extensions", ", ".join(host.vector)),
        ("processors", f"{counted(host.cores, 'core')}, {host.logical} logical, {host.usable} usable"),
        ("caches", ", ".join(f"{name} {Quantity(size, 'B')}" for name, size in host.caches)),
        ("memory", str(Quantity(host.memory, "B")) if host.memory else "unknown"),
        ("huge pages", host.huge_pages),
        ("accelerators", ", ".join(host.accelerators) or "none"),
        ("system", host.system),
        ("Python", host.python),
        ("libraries", ", ".join(f"{name} {version or 'missing'}" for name, version in host.libraries)),
        ("linear algebra", "; ".join(host.blas)),
        ("variables that change speed", ", ".join(f"{name}={value}" for name, value in host.environment) or "none set"),
        ("fingerprint", header.fingerprint),
        ("measured", header.created),
        ("profile", f"{header.profile}, {counted(header.threads, 'thread')}"),
        ("asked for", _asked(header)),
        ("schema", str(header.schema)),
    ]
    return facts(pairs)


def _asked(header: Header) -> str:
    """What somebody chose; what the profile chose is not repeated."""
    asked = header.asked
    if asked is None:
        return ""
    words = {
        "workloads": asked.names,
        "devices": asked.devices,
        "sizes": tuple(f"{size:,}" for size in asked.sizes),
        "dtypes": asked.dtypes,
        "libraries": asked.backends,
        "caches": asked.caches,
        "results": tuple("allocated" if one else "out=" for one in asked.allocations),
    }
    told = [f"{name} {', '.join(chosen)}" for name, chosen in words.items() if chosen]
    told += [counted(asked.processes, "process").replace("processs", "processes")] if asked.processes > 1 else []
    return "; ".join(told) or "everything of the profile"
