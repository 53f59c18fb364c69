"""Pictures of our own records: whatever tensorlab returns can be given back to ``show``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from tensorlab.memory.naming import module_of, short_name
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.scene.record import Group

FIGURES: Mapping[str, tuple[str, str]] = {
    "Graph": ("tensorlab.api.graph_pictures", "graph_figure"),
}
"""Records of which a figure knows more than a picture: what a page shows, formats of files."""

SCENES: Mapping[str, tuple[str, str]] = {
    "AtenSweep": ("tensorlab.testing.aten.picture", "aten_scene"),
    "BeforeAfter": ("tensorlab.diagram.living", "before_after_scene"),
    "Bits": ("tensorlab.diagram.bits", "bits_scene"),
    "Ceilings": ("tensorlab.diagram.ceilings", "ceilings_scene"),
    "ChaseRun": ("tensorlab.diagram.chasing", "chase_scene"),
    "Check": ("tensorlab.diagram.findings", "check_scene"),
    "Checkup": ("tensorlab.diagram.machine", "checkup_scene"),
    "Comparison": ("tensorlab.diagram.comparison", "comparison_scene"),
    "Classification": ("tensorlab.diagram.classified", "classification_scene"),
    "Contiguity": ("tensorlab.diagram.contiguity", "contiguity_scene"),
    "Conversions": ("tensorlab.diagram.conversions", "conversions_scene"),
    "Crossings": ("tensorlab.diagram.crossing", "crossings_scene"),
    "DeviceTable": ("tensorlab.diagram.routing", "devices_scene"),
    "Difference": ("tensorlab.diagram.graph_difference", "difference_scene"),
    "DistributedRun": ("tensorlab.diagram.distributed", "distributed_scene"),
    "Dispatched": ("tensorlab.diagram.routing", "routes_scene"),
    "Explanation": ("tensorlab.api.explaining", "explanation_picture"),
    "FileRetention": ("tensorlab.diagram.files", "files_scene"),
    "GradVerdict": ("tensorlab.diagram.findings", "verdict_scene"),
    "GradientCheck": ("tensorlab.testing.gradient_checks.picture", "gradients_scene"),
    "GradientFlow": ("tensorlab.diagram.gradient_flow", "flow_scene"),
    "GradientProduct": ("tensorlab.diagram.gradient_flow", "product_scene"),
    "Honesty": ("tensorlab.diagram.honesty", "honesty_scene"),
    "LayerTimes": ("tensorlab.diagram.models", "layers_scene"),
    "Imported": ("tensorlab.diagram.imported", "imported_picture"),
    "Layout": ("tensorlab.diagram.layout_report", "bare_layout_scene"),
    "LayoutReport": ("tensorlab.diagram.layout_report", "layout_scene"),
    "Ledger": ("tensorlab.diagram.ledger", "ledger_scene"),
    "Live": ("tensorlab.diagram.living", "live_scene"),
    "LiveChange": ("tensorlab.diagram.living", "change_scene"),
    "Measured": ("tensorlab.diagram.paired", "measured_scene"),
    "ModelTrace": ("tensorlab.diagram.zoo", "trace_scene"),
    "ModuleVerdict": ("tensorlab.diagram.findings", "module_scene"),
    "NanFinding": ("tensorlab.diagram.births", "births_scene"),
    "Placed": ("tensorlab.diagram.placement", "placed_scene"),
    "Profile": ("tensorlab.diagram.layer_profile", "profile_scene"),
    "Retention": ("tensorlab.diagram.retention", "retention_scene"),
    "RunComparison": ("tensorlab.diagram.run_comparison", "comparison_scene"),
    "ScriptReport": ("tensorlab.diagram.findings", "script_scene"),
    "Session": ("tensorlab.api.measurement", "session_scene"),
    "Sharding": ("tensorlab.diagram.ranks", "ranks_scene"),
    "Sharing": ("tensorlab.diagram.sharing", "answer_scene"),
    "SharingMap": ("tensorlab.diagram.sharing_groups", "sharing_scene"),
    "Slimmed": ("tensorlab.diagram.files", "slimmed_scene"),
    "StrideRun": ("tensorlab.diagram.striding", "stride_scene"),
    "WhySlow": ("tensorlab.diagram.slowness", "slowness_scene"),
    "WriteVerdict": ("tensorlab.diagram.writes", "write_scene"),
    "Zoo": ("tensorlab.diagram.zoo", "zoo_scene"),
}
"""Name of a record's type -> module and function that draw it."""


def draw(record: object) -> Figure | None:
    """The picture of a record of tensorlab's; None for anything else.

    Only the floors that a record comes from are imported.

    >>> draw("a word") is None
    True
    """
    if not module_of(type(record)).startswith("tensorlab."):
        return None
    if isinstance(record, Figure):
        return record
    name = short_name(record)
    if name in FIGURES:
        return cast("Figure", _drawn(FIGURES[name], record))
    return Figure(record, cast("Group", _drawn(SCENES[name], record))) if name in SCENES else None


def _drawn(home: tuple[str, str], record: object) -> object:
    module, function = home
    return getattr(import_module(module), function)(record)
