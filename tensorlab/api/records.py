"""Pictures of our own records: whatever tensorlab returns can be given back to ``show``."""

from __future__ import annotations

from tensorlab.render.figure import Figure


def draw(record: object) -> Figure | None:
    """The picture of a record of tensorlab's; None for anything else.

    Only the floors that a record comes from are imported.

    >>> draw("a word") is None
    True
    """
    if not type(record).__module__.startswith("tensorlab."):
        return None
    if isinstance(record, Figure):
        return record
    return _draw_comparison(record) or _draw_measurement(record)


def _draw_comparison(record: object) -> Figure | None:
    from tensorlab.diagram.comparison import comparison_scene
    from tensorlab.memory.record import Comparison

    return Figure(record, comparison_scene(record)) if isinstance(record, Comparison) else None


def _draw_measurement(record: object) -> Figure | None:
    from tensorlab.api.measurement import session_scene
    from tensorlab.bench.host.record import Checkup
    from tensorlab.bench.session import Session
    from tensorlab.diagram.machine import checkup_scene
    from tensorlab.diagram.models import layers_scene
    from tensorlab.models.record import LayerTimes

    if isinstance(record, Session):
        return Figure(record, session_scene(record))
    if isinstance(record, Checkup):
        return Figure(record, checkup_scene(record))
    return Figure(record, layers_scene(record)) if isinstance(record, LayerTimes) else None
