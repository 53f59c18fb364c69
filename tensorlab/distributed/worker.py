"""A rank that torchrun starts: ``python -m tensorlab.distributed.worker FOLDER PLAN``, with the plan as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tensorlab.codec import decode
from tensorlab.distributed.journal import Journal
from tensorlab.distributed.lifeline import end_with_parent
from tensorlab.distributed.ranks import measured
from tensorlab.distributed.record import Plan


def work(folder: Path, plan: Plan, rank: int) -> None:
    """Measure as one rank, keep a journal of it, and of the rows if it is the first; what ends it is its last word."""
    journal = Journal(folder, rank)
    journal.begin("starting")
    try:
        for number, row in measured(plan, journal.begin):
            if number == 0:
                journal.keep(row)
    except BaseException as error:
        journal.failed(error)
        raise


if __name__ == "__main__":
    end_with_parent()
    try:
        work(Path(sys.argv[1]), decode(Plan, json.loads(sys.argv[2])), int(os.environ["RANK"]))
    except BaseException:  # noqa: BLE001 - it is in the journal
        os._exit(1)  # threads of a broken group would be waited for
    os._exit(0)  # and threads of a whole one may abort an interpreter that is being taken apart
