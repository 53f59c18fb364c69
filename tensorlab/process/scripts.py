"""A user's script, run in this process as Python runs it: as ``__main__``, with its own arguments and folder."""

from __future__ import annotations

import sys
import threading
import tokenize
import traceback
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from tensorlab.errors import ExpressionError, UnavailableError
from tensorlab.process.record import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import CodeType, FrameType

OURS = str(Path(__file__).parents[1])
"""Where our own files lie."""
_THEIRS = (str(Path("torch", "overrides.py")), str(Path("torch", "utils", "_python_dispatch.py")))
"""Files of torch's that are on the way only while something is recorded."""


def run_script(path: Path, arguments: Sequence[str], around: AbstractContextManager[object]) -> Ended:
    """Run the script from its first line to its last, within that context; what it raises is told, not raised.

    Args:
        path: The script.
        arguments: What it finds in ``sys.argv`` after its own name.
        around: Entered when the script is read, left when it has ended; an exception passes through it.

    Raises:
        UnavailableError: There is no such file.
        ExpressionError: It is no Python.

    >>> import tempfile
    >>> from contextlib import nullcontext
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     script = Path(folder, "double.py")
    ...     _ = script.write_text("import sys; answer = 2 * int(sys.argv[1])")
    ...     ended = run_script(script, ["21"], nullcontext())
    >>> ended.names["answer"], ended.error, ended.code
    (42, None, 0)
    """
    code = _code(path)
    module = ModuleType("__main__")
    module.__file__ = str(path)
    names = module.__dict__
    names["__cached__"] = None
    with _as_main(module, [str(path), *arguments], str(path.resolve().parent)):
        try:
            with around:
                exec(code, names)  # noqa: S102 - the user asked for the script to be run
        except BaseException as error:  # noqa: BLE001 - whatever ends a script is its own
            return Ended(names=names, error=error, code=_exit_code(error))
    return Ended(names=names)


def _code(path: Path) -> CodeType:
    if not path.is_file():
        raise UnavailableError(f"there is no file {str(path)!r}", hint="give the path of a Python script")
    try:
        with tokenize.open(path) as file:
            return compile(file.read(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, UnicodeDecodeError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ExpressionError(f"{path} is no Python{where}: {said}", hint="does Python run it?") from error


@contextmanager
def _as_main(module: ModuleType, argv: list[str], folder: str) -> Iterator[None]:
    """Everything that a script sees of the process, put back afterwards; its functions live on."""
    before, arguments, search = sys.modules.get("__main__"), sys.argv, list(sys.path)
    sys.modules["__main__"], sys.argv = module, argv
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.argv, sys.path[:] = arguments, search
        if before is not None:
            sys.modules["__main__"] = before


@contextmanager
def threads_counted() -> Iterator[list[str]]:
    """Names of the threads that Python code starts inside, each as it begins.

    >>> with threads_counted() as names:
    ...     thread = threading.Thread(target=int, name="worker")
    ...     thread.start(), thread.join()
    (None, None)
    >>> names
    ['worker']
    """
    names: list[str] = []
    before = threading.getprofile()

    def began(frame: FrameType, event: str, arg: object) -> None:
        names.append(threading.current_thread().name)
        sys.setprofile(before)
        if before is not None:
            before(frame, event, arg)  # type: ignore[arg-type]  # the events are those that it is made for

    threading.setprofile(began)
    try:
        yield names
    finally:
        if threading.getprofile() is began:
            threading.setprofile(before)


def _exit_code(error: BaseException) -> int:
    """As Python's own: ``sys.exit()`` is 0, ``sys.exit(3)`` is 3, ``sys.exit("words")`` is 1, an exception is 1.

    >>> _exit_code(SystemExit()), _exit_code(SystemExit(3)), _exit_code(SystemExit("no")), _exit_code(KeyError())
    (0, 3, 1, 1)
    """
    if isinstance(error, KeyboardInterrupt):
        return 130
    if not isinstance(error, SystemExit):
        return 1
    if error.code is None:
        return 0
    return error.code & 0xFF if isinstance(error.code, int) else 1


def told(error: BaseException) -> str:
    """What Python prints of an exception that ends a script, less the frames that are ours.

    >>> print(told(ValueError("no")))
    ValueError: no
    """
    whole = traceback.TracebackException.from_exception(error, capture_locals=False)
    _cleaned(whole)
    return "".join(whole.format()).rstrip("\n")


def _cleaned(told_of: traceback.TracebackException) -> None:
    """Drop our frames, here and in what it came from; a head without frames is not printed."""
    chain = [told_of]
    while chain:
        one = chain.pop()
        if one.stack is not None:
            kept = [frame for frame in one.stack if not _is_ours(frame)]
            one.stack = traceback.StackSummary.from_list(kept) if kept else None  # type: ignore[assignment]  # as of an exception that was never raised
        chain += [inner for inner in (one.__cause__, one.__context__, *(one.exceptions or ())) if inner is not None]


def _is_ours(frame: traceback.FrameSummary) -> bool:
    """Ours, or one that torch goes through only because something is recorded."""
    on_the_way = (frame.line or "").startswith(("return handle_torch_function(", "handle_torch_function("))
    return on_the_way or frame.filename.startswith(OURS) or frame.filename.endswith(_THEIRS)
