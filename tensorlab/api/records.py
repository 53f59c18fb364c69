"""Pictures of our own records: whatever tensorlab returns can be given back to ``show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.memory.naming import module_of, short_name
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.scene.record import Group


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
    figure, drawer = _FIGURES.get(short_name(record)), _DRAWERS.get(short_name(record))
    if figure is not None:
        return figure(record)
    return None if drawer is None else Figure(record, drawer(record))


def _comparison(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.comparison import comparison_scene

    return comparison_scene(record)


def _session(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.api.measurement import session_scene

    return session_scene(record)


def _checkup(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.machine import checkup_scene

    return checkup_scene(record)


def _layer_times(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.models import layers_scene

    return layers_scene(record)


def _bits(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.bits import bits_scene

    return bits_scene(record)


def _layout(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.layout_report import layout_scene
    from tensorlab.layout.reports.numbers import report

    return layout_scene(report(record))


def _contiguity(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.contiguity import contiguity_scene

    return contiguity_scene(record)


def _layout_report(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.layout_report import layout_scene

    return layout_scene(record)


def _retention(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.retention import retention_scene

    return retention_scene(record)


def _sharing(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.sharing import answer_scene

    return answer_scene(record)


def _sharing_map(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.sharing_groups import sharing_scene

    return sharing_scene(record)


def _conversions(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.conversions import conversions_scene

    return conversions_scene(record)


def _file(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.files import files_scene

    return files_scene(record)


def _slimmed(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.files import slimmed_scene

    return slimmed_scene(record)


def _write_verdict(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.writes import write_scene

    return write_scene(record)


def _live(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.living import live_scene

    return live_scene(record)


def _live_change(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.living import change_scene

    return change_scene(record)


def _before_after(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.living import before_after_scene

    return before_after_scene(record)


def _gradients(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.testing.gradient_checks.picture import gradients_scene

    return gradients_scene(record)


def _gradient_flow(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.gradient_flow import flow_scene

    return flow_scene(record)


def _gradient_product(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.gradient_flow import product_scene

    return product_scene(record)


def _explanation(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.api.explaining import explanation_picture

    return explanation_picture(record)


def _aten(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.testing.aten.picture import aten_scene

    return aten_scene(record)


def _ledger(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.ledger import ledger_scene

    return ledger_scene(record)


def _graph(record: Any) -> Figure:  # noqa: ANN401 - as the table says
    from tensorlab.api.graph_pictures import graph_figure

    return graph_figure(record)


def _graph_difference(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.graph_difference import difference_scene

    return difference_scene(record)


def _ceilings(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.ceilings import ceilings_scene

    return ceilings_scene(record)


def _check(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.findings import check_scene

    return check_scene(record)


def _nan_finding(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.births import births_scene

    return births_scene(record)


def _grad_verdict(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.findings import verdict_scene

    return verdict_scene(record)


def _module_verdict(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.findings import module_scene

    return module_scene(record)


def _script_report(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.findings import script_scene

    return script_scene(record)


def _chase(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.chasing import chase_scene

    return chase_scene(record)


def _strides(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.striding import stride_scene

    return stride_scene(record)


def _measured(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.paired import measured_scene

    return measured_scene(record)


def _honesty(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.honesty import honesty_scene

    return honesty_scene(record)


def _why_slow(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.slowness import slowness_scene

    return slowness_scene(record)


def _crossings(record: Any) -> Group:  # noqa: ANN401 - as the table says
    from tensorlab.diagram.crossing import crossings_scene

    return crossings_scene(record)


_FIGURES: dict[str, Callable[[Any], Figure]] = {"Graph": _graph}
"""Records of which a figure knows more than a picture: what a page shows, formats of files."""

_DRAWERS: dict[str, Callable[[Any], Group]] = {
    "AtenSweep": _aten,
    "BeforeAfter": _before_after,
    "Bits": _bits,
    "Ceilings": _ceilings,
    "ChaseRun": _chase,
    "Check": _check,
    "Checkup": _checkup,
    "Comparison": _comparison,
    "Contiguity": _contiguity,
    "Conversions": _conversions,
    "Crossings": _crossings,
    "Difference": _graph_difference,
    "Explanation": _explanation,
    "FileRetention": _file,
    "GradVerdict": _grad_verdict,
    "GradientCheck": _gradients,
    "GradientFlow": _gradient_flow,
    "GradientProduct": _gradient_product,
    "Honesty": _honesty,
    "LayerTimes": _layer_times,
    "Layout": _layout,
    "LayoutReport": _layout_report,
    "Ledger": _ledger,
    "Live": _live,
    "LiveChange": _live_change,
    "Measured": _measured,
    "ModuleVerdict": _module_verdict,
    "NanFinding": _nan_finding,
    "Retention": _retention,
    "ScriptReport": _script_report,
    "Session": _session,
    "Sharing": _sharing,
    "SharingMap": _sharing_map,
    "Slimmed": _slimmed,
    "StrideRun": _strides,
    "WhySlow": _why_slow,
    "WriteVerdict": _write_verdict,
}
"""Name of a record's type -> its picture."""
