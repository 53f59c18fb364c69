"""See what a tensor really is: storage, offset, strides, views, bytes, and what it all costs.

Importing this package loads neither torch nor NumPy; each name below is fetched from its home on first use.

>>> import tensorlab
>>> tensorlab.Layout((2, 3), (12, 4), itemsize=4).strides
(12, 4)
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.api.autograd_graphs import graph
    from tensorlab.api.classifying import classify
    from tensorlab.api.contiguity import explain_contiguity
    from tensorlab.api.dispatching import explain_devices, explain_dispatch
    from tensorlab.api.explaining import explain, explain_view
    from tensorlab.api.gradient_checking import check_gradients
    from tensorlab.api.gradient_flow import gradients
    from tensorlab.api.holdings import live, retains, sharing_map
    from tensorlab.api.layer_profiles import profile
    from tensorlab.api.machine import doctor
    from tensorlab.api.machine_limits import measure_ceilings
    from tensorlab.api.measurement import benchmark
    from tensorlab.api.missing_gradients import why_no_grad
    from tensorlab.api.networks import alexnet
    from tensorlab.api.objects import compare, show
    from tensorlab.api.own_workloads import workload
    from tensorlab.api.paired import measure
    from tensorlab.api.recordings import recording
    from tensorlab.api.slowness import why_slow
    from tensorlab.api.writing import check_copy, check_inplace
    from tensorlab.errors import TensorlabError
    from tensorlab.layout.record import Layout
    from tensorlab.memory.registry import describe
    from tensorlab.memory.sharing.answers import overlaps_itself, shares
    from tensorlab.render.figure import Figure

__all__ = [
    "Figure",
    "Layout",
    "TensorlabError",
    "alexnet",
    "benchmark",
    "check_copy",
    "check_gradients",
    "check_inplace",
    "classify",
    "compare",
    "describe",
    "doctor",
    "explain",
    "explain_contiguity",
    "explain_devices",
    "explain_dispatch",
    "explain_view",
    "gradients",
    "graph",
    "live",
    "measure",
    "measure_ceilings",
    "overlaps_itself",
    "profile",
    "recording",
    "retains",
    "shares",
    "sharing_map",
    "show",
    "why_no_grad",
    "why_slow",
    "workload",
]

_HOME = {
    "Figure": "tensorlab.render.figure",
    "Layout": "tensorlab.layout.record",
    "TensorlabError": "tensorlab.errors",
    "alexnet": "tensorlab.api.networks",
    "benchmark": "tensorlab.api.measurement",
    "check_copy": "tensorlab.api.writing",
    "check_gradients": "tensorlab.api.gradient_checking",
    "check_inplace": "tensorlab.api.writing",
    "classify": "tensorlab.api.classifying",
    "compare": "tensorlab.api.objects",
    "describe": "tensorlab.memory.registry",
    "doctor": "tensorlab.api.machine",
    "explain": "tensorlab.api.explaining",
    "explain_contiguity": "tensorlab.api.contiguity",
    "explain_devices": "tensorlab.api.dispatching",
    "explain_dispatch": "tensorlab.api.dispatching",
    "explain_view": "tensorlab.api.explaining",
    "gradients": "tensorlab.api.gradient_flow",
    "graph": "tensorlab.api.autograd_graphs",
    "live": "tensorlab.api.holdings",
    "measure": "tensorlab.api.paired",
    "measure_ceilings": "tensorlab.api.machine_limits",
    "overlaps_itself": "tensorlab.memory.sharing.answers",
    "profile": "tensorlab.api.layer_profiles",
    "recording": "tensorlab.api.recordings",
    "retains": "tensorlab.api.holdings",
    "shares": "tensorlab.memory.sharing.answers",
    "sharing_map": "tensorlab.api.holdings",
    "show": "tensorlab.api.objects",
    "why_no_grad": "tensorlab.api.missing_gradients",
    "why_slow": "tensorlab.api.slowness",
    "workload": "tensorlab.api.own_workloads",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        near = get_close_matches(name, __all__, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"module 'tensorlab' has no attribute {name!r}{hint}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
