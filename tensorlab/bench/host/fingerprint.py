"""The facts of this machine and a short word for them. Imports neither torch nor NumPy."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import threadpool_info  # type: ignore[import-untyped]  # it has no annotations

from tensorlab.bench.host.environment import speed_variables
from tensorlab.bench.host.record import Host
from tensorlab.bench.host.system_files import contents
from tensorlab.codec import encode

LIBRARIES = ("torch", "numpy")
_VECTOR = re.compile(r"(avx|avx2|avx512\w+|avx_vnni|amx\w+|f16c|fma|asimd\w*|sve\w*|neon|vsx)$")
_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}


def host_facts(root: Path = Path("/")) -> Host:
    """What a speed depends on beside the code, read without importing torch or NumPy.

    ``blas`` tells only what is loaded already: ask after the libraries have worked.

    Args:
        root: Where ``proc`` and ``sys`` lie; a test points it elsewhere.

    >>> host_facts().python.startswith(platform.python_implementation())
    True
    """
    cpuinfo = contents(root / "proc/cpuinfo")
    return Host(
        cpu=_cpu_name(cpuinfo),
        vector=_vector_extensions(cpuinfo),
        cores=_physical_cores(cpuinfo) or os.cpu_count() or 1,
        logical=os.cpu_count() or 1,
        usable=usable_processors(),
        caches=_caches(root / "sys/devices/system/cpu/cpu0/cache"),
        memory=_memory(),
        huge_pages=_chosen(contents(root / "sys/kernel/mm/transparent_hugepage/enabled")),
        accelerators=_accelerators(root / "proc/driver/nvidia/gpus"),
        system=f"{platform.system()} {_release()} {platform.machine()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        libraries=tuple((name, installed_version(name)) for name in LIBRARIES),
        blas=loaded_blas(),
        environment=speed_variables(os.environ),
    )


def fingerprint(host: Host | None = None) -> str:
    """Twelve hexadecimal digits: equal where two runs may be compared without a second thought.

    The libraries loaded so far are left out, since they depend on the moment of asking and follow from the rest; so is
    main memory below a GiB, which differs between boots.

    >>> fingerprint() == fingerprint(), len(fingerprint())
    (True, 12)
    """
    facts = encode(host if host is not None else host_facts())
    assert isinstance(facts, dict)
    memory = facts.pop("memory")
    del facts["blas"]
    assert isinstance(memory, int)
    text = json.dumps({**facts, "GiB": round(memory / 2**30)}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def usable_processors() -> int:
    """Logical processors that this process may run on.

    >>> 1 <= usable_processors() <= os.cpu_count()
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed_version(distribution: str) -> str:
    """The version of an installed distribution, without importing it; "" where it is not installed.

    >>> installed_version("no-such-distribution")
    ''
    """
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def loaded_blas() -> tuple[str, ...]:
    """The linear algebra and threading libraries that this process has loaded, without their paths."""
    return tuple(sorted({_library_words(facts) for facts in threadpool_info()}))


def _library_words(facts: dict[str, object]) -> str:
    name = facts.get("internal_api") or facts.get("user_api")
    words = [name, facts.get("version"), facts.get("architecture"), f"{facts.get('num_threads')} threads"]
    return " ".join(str(word) for word in words if word)


def _release() -> str:
    """The kernel's version without what its builder appended."""
    return (re.match(r"[\d.]*\d", platform.release()) or [platform.release()])[0]


def _field(text: str, *names: str) -> str:
    """The value after the first ``name :`` of ``names`` that occurs."""
    for name in names:
        found = re.search(rf"^{name}\s*:\s*(.+)$", text, re.MULTILINE)
        if found:
            return found[1].strip()
    return ""


def _cpu_name(cpuinfo: str) -> str:
    return _field(cpuinfo, "model name", "Model", "cpu") or platform.processor() or platform.machine()


def _vector_extensions(cpuinfo: str) -> tuple[str, ...]:
    return tuple(sorted(flag for flag in set(_field(cpuinfo, "flags", "Features").split()) if _VECTOR.match(flag)))


def _physical_cores(cpuinfo: str) -> int:
    blocks = cpuinfo.split("\n\n")
    return len({(_field(b, "physical id"), _field(b, "core id")) for b in blocks if _field(b, "core id")})


def _caches(folder: Path) -> tuple[tuple[str, int], ...]:
    found = []
    for index in sorted(folder.glob("index*")):
        level, kind, size = (contents(index / name).strip() for name in ("level", "type", "size"))
        if size:
            found.append((f"L{level}{ {'Data': 'd', 'Instruction': 'i'}.get(kind, '') }", _bytes(size)))
    return tuple(found)


def _bytes(size: str) -> int:
    return int(size.rstrip("KMG")) * _UNITS.get(size[-1], 1)


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _chosen(text: str) -> str:
    """The word in brackets: ``always [madvise] never``."""
    found = re.search(r"\[(\w+)\]", text)
    return found[1] if found else ""


def _accelerators(folder: Path) -> tuple[str, ...]:
    return tuple(_field(contents(path), "Model") for path in sorted(folder.glob("*/information")))
