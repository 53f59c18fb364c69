"""Whether this machine is fit, with every library asked in a process of its own. Imports neither torch nor NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.host.environment import advice
from tensorlab.bench.host.fingerprint import host_facts, installed_version
from tensorlab.bench.host.record import Accelerator, Checkup, Extra, Library
from tensorlab.memory.record import Doubt
from tensorlab.process.child import ask
from tensorlab.process.record import Failed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tensorlab.bench.host.record import Host

EXTRAS = {
    "testing": ("expecttest", "hypothesis", "pytest"),
    "bench": ("pytest-benchmark",),
    "plot": ("matplotlib",),
    "graph": ("fast-sugiyama",),
    "png": ("resvg-py", "matplotlib"),
    "vision": ("torchvision", "Pillow"),
}
"""The optional parts and the distributions that they need, as pyproject.toml declares them."""

TORCH = "tensorlab.bench.host.torch_facts"
NUMPY = "tensorlab.bench.host.numpy_facts"
_FIELDS = frozenset({"version", "file", "loaded", "accelerators"})


def examine(*, timeout: float = 60.0) -> Checkup:
    """The state of this machine. A library that raises, crashes or hangs is a fact, not an error.

    Args:
        timeout: Seconds that each library gets to be imported and to answer.
    """
    host = host_facts()
    torch, devices = _library("torch", TORCH, timeout)
    numpy, _ = _library("NumPy", NUMPY, timeout)
    return Checkup(
        host=host,
        libraries=(torch, numpy),
        accelerators=devices,
        extras=tuple(Extra(name, tuple((d, installed_version(d)) for d in needed)) for name, needed in EXTRAS.items()),
        problems=tuple(map(_problem, filter(_fails, (torch, numpy)))),
        doubts=(*advice(host), *_unseen(host, torch, devices)),
    )


def _library(name: str, module: str, timeout: float) -> tuple[Library, tuple[Accelerator, ...]]:
    answer = ask(module, timeout=timeout)
    if isinstance(answer, Failed):
        return Library(name=name, failure=answer.reason), ()
    facts: Mapping[str, Any] = answer.facts
    library = Library(
        name=name,
        version=facts["version"],
        file=facts["file"] or "",
        facts=tuple((key, str(value)) for key, value in facts.items() if key not in _FIELDS),
        loaded=tuple(facts["loaded"]),
    )
    return library, tuple(Accelerator(*device) for device in facts.get("accelerators", ()))


def _fails(library: Library) -> bool:
    return bool(library.failure)


def _problem(library: Library) -> Doubt:
    name = library.name.lower()
    version = installed_version(name)
    state = f"{name} {version} is installed but does not work" if version else f"{name} is not installed"
    return Doubt(
        name,
        f"{state}: {library.failure}",
        f"pip install --force-reinstall {name}" if version else f"pip install {name}",
    )


def _unseen(host: Host, torch: Library, devices: tuple[Accelerator, ...]) -> tuple[Doubt, ...]:
    """A GPU that the driver lists and torch does not."""
    if not host.accelerators or devices or torch.failure:
        return ()
    built = dict(torch.facts).get("built for", "")
    text = f"the driver lists {', '.join(host.accelerators)}; torch, built for {built}, sees no accelerator"
    return (Doubt("unseen", text, "install a build of torch for this driver"),)
