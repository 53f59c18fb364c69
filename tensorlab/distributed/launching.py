"""Ranks started by torchrun on this machine, watched until the last of them is gone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.distributed.journal import AGENT, rows, rows_size, states
from tensorlab.distributed.verdict import Signs, judged
from tensorlab.errors import LayoutError, UnavailableError
from tensorlab.process.child import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.distributed.record import Crew, Failure
    from tensorlab.distributed.rows.record import Row

WORKER = "tensorlab.distributed.worker"
"""The module that ranks run."""
_LOOK = 0.2
"""Seconds between looks: more often would disturb what the ranks measure."""
_STARTING = 60.0
"""Seconds that ranks have at least until they meet: each loads torch."""
_GRACE = 4.0
"""Seconds that torchrun has to say which rank failed, once one did; and that waiting ranks have more than one step."""
_GONE = 10.0
"""Seconds within which the system has taken away processes that were killed."""


class Launch(NamedTuple):
    """How ranks are started and how long they may take."""

    ranks: int
    threads: int = 1
    """Of each rank."""
    port: int = 0
    """Where they meet; 0 is one that is free."""
    patience: float = 60.0
    """Seconds for one step of a rank."""
    limit: float = 600.0
    """Seconds for the whole."""


class Outcome(NamedTuple):
    """What they left."""

    rows: list[Row | Crew]
    failure: Failure | None
    interrupted: bool


def launch(
    launched: Launch, module: str, *arguments: str, watch: Callable[[list[Row | Crew]], None] | None = None
) -> Outcome:
    """Run ``python -m module FOLDER ARGUMENTS`` as every rank, with torchrun; none is left when this returns.

    Args:
        launched: How many, and how long they may take.
        module: Of every rank; it keeps a ``Journal`` in the folder that is its first argument.
        arguments: That come after it.
        watch: Called now and then with the rows so far.

    Raises:
        LayoutError: No time is left for it.
        UnavailableError: Another process has the port.
    """
    if not launched.limit >= 1:
        raise LayoutError(f"a time limit in seconds is 1 or more; got {launched.limit:g}")
    _require_free(launched.port)
    with tempfile.TemporaryDirectory(prefix="tensorlab-ranks-") as name:
        folder = Path(name)
        with (folder / "log").open("wb") as log:
            agent = _start(launched, folder, [module, name, *arguments], log.fileno())
            try:
                signs, interrupted = _attend(launched, folder, agent, watch), False
            except KeyboardInterrupt:
                signs, interrupted = None, True
            finally:
                _end(agent, folder, launched.ranks)
        failure = None if signs is None else judged(signs)
        return Outcome(rows(folder), failure, interrupted)


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("", port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UnavailableError(
                f"ranks cannot meet at port {port}: {reason}", hint="name another, or none: a free one is chosen"
            ) from error


def _start(launched: Launch, folder: Path, ranked: Sequence[str], log: int) -> subprocess.Popen[bytes]:
    """Torchrun in a process of its own; the pipe at its output is open as long as any rank is there."""
    torchrun = ["--nnodes=1", f"--nproc-per-node={launched.ranks}", "--max-restarts=0", "--rdzv-backend=c10d"]
    torchrun += [f"--rdzv-endpoint=127.0.0.1:{launched.port}", f"--rdzv-id={folder.name}", "--local-addr=127.0.0.1"]
    command = [sys.executable, "-P", "-m", "tensorlab.distributed.agent", str(folder), *torchrun, "-m", *ranked]
    changes = {"OMP_NUM_THREADS": str(launched.threads)}
    if sys.platform == "linux" and "GLOO_SOCKET_IFNAME" not in os.environ:
        changes["GLOO_SOCKET_IFNAME"] = "lo"  # a machine whose own name leads nowhere has this one still
    return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment(changes),
        start_new_session=True,
    )


def _attend(
    launched: Launch,
    folder: Path,
    agent: subprocess.Popen[bytes],
    watch: Callable[[list[Row | Crew]], None] | None,
) -> Signs | None:
    """Look until it is over: None where all went well, else what is known of the failure."""
    began, wall, told = time.monotonic(), time.time(), 0
    while agent.poll() is None:
        time.sleep(_LOOK)
        size = rows_size(folder)
        if watch is not None and size != told:
            watch(rows(folder))
            told = size
        seen = states(folder, launched.ranks)
        if any(state.error for state in seen):
            return _last_words(launched, folder, agent)
        steps = min(state.steps for state in seen)
        patience = launched.patience if steps > 1 else max(launched.patience, _STARTING)
        if time.time() - max((state.at for state in seen), default=wall) > patience + _GRACE and (
            time.monotonic() - began > patience + _GRACE
        ):
            return Signs(seen, {}, silent=patience)
        if time.monotonic() - began > launched.limit:
            return Signs(seen, {}, late=launched.limit)
    return None if agent.returncode == 0 else _last_words(launched, folder, agent)


def _last_words(launched: Launch, folder: Path, agent: subprocess.Popen[bytes]) -> Signs:
    """What the ranks and torchrun say of a failure; torchrun gets a moment, since it sees signals."""
    with suppress(subprocess.TimeoutExpired):
        agent.wait(_GRACE)
    told: dict[str, object] = {}
    with suppress(OSError, ValueError):
        told = json.loads((folder / AGENT).read_text(encoding="utf-8"))
    codes = told.get("codes")
    return Signs(
        states(folder, launched.ranks),
        {int(rank): code for rank, code in codes.items()} if isinstance(codes, dict) else {},
        launch=str(told.get("error", "")),
    )


def _end(agent: subprocess.Popen[bytes], folder: Path, ranks: int) -> None:
    """Kill torchrun; its ranks end with it. Wait until the last is gone, and end by number what would not go."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(agent.pid, signal.SIGKILL)
    try:
        agent.communicate(timeout=_GONE)
    except subprocess.TimeoutExpired:
        for pid in (state.pid for state in states(folder, ranks)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid or 0, signal.SIGKILL) if pid else None
        agent.communicate()
