"""What older files lack, filled in with what was true when they were written."""

from __future__ import annotations

from typing import Any

SCHEMA = 2
"""Of the files that are written; ``store`` has the history."""

_UNTOLD_IN_2: dict[str, dict[str, Any]] = {
    "header": {"empty": 0.0, "reading": 0.0, "ceilings": None},
    "run": {"ceiling": "", "part": 0.0},
}
"""What a line of schema 2 may leave out."""
_NEW_IN_2: dict[str, dict[str, Any]] = {
    "header": {"asked": None, **_UNTOLD_IN_2["header"]},
    "run": {
        **_UNTOLD_IN_2["run"],
        "process": 0,
        "together": "",
        "clock": "wall",
        "cpu": [],
        "turn": [],
        "round": [],
        "repeat": [],
        "switches": [],
        "faults": [],
        "computed": [],
        "waits": [],
        "first_faults": 0,
    },
    "skipped": {"process": 0},
}
_CASE_IN_2: dict[str, Any] = {"cache": "warm", "allocates": True}


def upgraded(kind: str, line: dict[str, Any], schema: int) -> dict[str, Any]:
    """A line of a file of that schema, as today's records have it. A header keeps saying which schema it is of.

    >>> upgraded("skipped", {"case": {"size": 8}, "reason": "none"}, 1)
    {'case': {'size': 8, 'cache': 'warm', 'allocates': True}, 'reason': 'none', 'process': 0}
    """
    new, case = _NEW_IN_2.get(kind, {}), line.get("case")
    if schema >= SCHEMA:
        return {**_UNTOLD_IN_2.get(kind, {}), **line}
    inner = {"case": {**case, **_CASE_IN_2}} if isinstance(case, dict) else {}
    return {**line, **inner, **new}
