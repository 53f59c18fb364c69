"""Where the user's code stands: frames of torch and of the tracer are passed over, the rest is the user's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from tensorlab.dispatch.internals import FUNCTION_APPLY, MODULE_CALL

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from tensorlab.dispatch.modules import ModulePaths

Place = tuple["CodeType | None", int, str]
"""Code, the instruction in it that is running, and the path of the module around it."""
_TORCH = str(Path(torch.__file__).parent) + "/"
_OWN = frozenset(
    str(Path(__file__).with_name(f"{name}.py"))
    for name in ("tracer", "modes", "watching", "singles", "running", "frames", "modules", "hiding")
) | {str(Path(__file__).parent.parent / "api" / "recordings.py")}


class _Passed(dict[str, bool]):
    """Whether frames of a file are passed over; decided once a file."""

    def __missing__(self, file: str) -> bool:
        found = self[file] = file.startswith((_TORCH, "<frozen ", "<eval_with_key>")) or file in _OWN
        return found


PASSED = _Passed()
"""File -> whether its frames are torch's or the tracer's own."""


def users(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's; None where there is none.

    >>> import sys
    >>> users(sys._getframe()) is sys._getframe()
    True
    """
    while frame is not None and PASSED[frame.f_code.co_filename]:
        frame = frame.f_back
    return frame


def place(frame: FrameType | None, paths: ModulePaths) -> Place:
    """Where the user's code stands, and in which module."""
    inner = None
    while frame is not None:
        code = frame.f_code
        if not PASSED[code.co_filename]:
            break
        if inner is None and code is MODULE_CALL:
            inner = frame
        frame = frame.f_back
    else:
        return None, 0, "" if inner is None else paths.around(inner)
    user, home = frame, paths.home
    while inner is None and frame is not None and id(frame) != home:
        frame = frame.f_back
        if frame is not None and frame.f_code is MODULE_CALL:
            inner = frame
    return code, user.f_lasti, "" if inner is None else paths.around(inner)


def applications(frame: FrameType | None, most: int, paths: ModulePaths) -> list[Place]:
    """Where the custom Functions that are running were applied, the innermost first, as many as are wanted."""
    found: list[Place] = []
    while frame is not None and len(found) < most:
        if frame.f_code is FUNCTION_APPLY:
            found.append(place(frame, paths))
        frame = frame.f_back
    return found


class Lines:
    """Places in words: "train.py:41"; of two files of one name, the second is told by its folder too.

    >>> Lines().at(compile("x = 1", "lab/train.py", "exec"), 2)
    'train.py:1'
    """

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._told: dict[tuple[int, int], tuple[CodeType, str]] = {}

    def at(self, code: CodeType | None, instruction: int) -> str:
        """The file and the line of an instruction, or the cell of a notebook and its line; "" for no code."""
        if code is None:
            return ""
        key = (id(code), instruction)
        if key not in self._told:
            self._told[key] = code, f"{self._file(code.co_filename)}:{_line(code, instruction)}"
        return self._told[key][1]

    def _file(self, path: str) -> str:
        if path not in self._files:
            parts = (cell,) if (cell := _cell(path)) else Path(path).parts
            first = 2 if parts[-1:] == ("__init__.py",) else 1
            names = ("/".join(parts[-n:]) for n in range(first, len(parts) + 1))
            taken = set(self._files.values())
            self._files[path] = next((name for name in names if name not in taken), path)
        return self._files[path]


def _cell(path: str) -> str:
    """What IPython calls a file that it made of a cell: "In[3]"; "" for any other."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    told = getattr(getattr(shell, "compile", None), "format_code_name", lambda _: None)(path)
    return str(told[1]) if told else ""


def _line(code: CodeType, instruction: int) -> int:
    found = (line for start, stop, line in code.co_lines() if start <= instruction < stop and line is not None)
    return next(found, code.co_firstlineno)
