"""The process that runs torchrun: ``python -m tensorlab.distributed.agent FOLDER ARGUMENTS OF torchrun``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.run import main as torchrun

from tensorlab.distributed.journal import AGENT
from tensorlab.distributed.lifeline import end_with_parent


def run(folder: Path, arguments: list[str]) -> int:
    """Run torchrun to its end, and leave in the folder which ranks failed and how: an exit code, or a signal below 0.

    Returns:
        An exit code.
    """
    try:
        torchrun(arguments)
    except ChildFailedError as error:
        codes = {str(rank): failure.exitcode for rank, failure in error.failures.items()}
        (folder / AGENT).write_text(json.dumps({"codes": codes}), encoding="utf-8")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever keeps torchrun from starting is told, not shown
        words = f"{type(error).__name__}: {error}".splitlines()[0]
        (folder / AGENT).write_text(json.dumps({"error": words}), encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    end_with_parent()
    raise SystemExit(run(Path(sys.argv[1]), sys.argv[2:]))
