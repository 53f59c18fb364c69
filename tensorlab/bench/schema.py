"""What older files lack, filled in with what was true when they were written."""

from __future__ import annotations

from typing import Any

SCHEMA = 2
"""Of the files that are written; ``store`` has the history."""

_NEW_IN_2: dict[str, dict[str, Any]] = {
    "header": {"asked": None, "empty": 0.0, "reading": 0.0, "ceilings": None},
    "run": {
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
    if schema >= SCHEMA or kind not in _NEW_IN_2:
        return line
    case = line.get("case")
    inner = {"case": {**case, **_CASE_IN_2}} if isinstance(case, dict) else {}
    return {**line, **inner, **_NEW_IN_2[kind]}
