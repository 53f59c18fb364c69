from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tensorlab.bench.selfcheck.probe import PROBES


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_probe_makes_a_call_that_gives_something(name: str) -> None:
    assert PROBES[name]()() is not None


def test_the_process_tells_its_seconds_as_json_and_loads_no_torch() -> None:
    code = (
        "import runpy, sys; sys.argv = ['probe', 'python'];"
        "runpy.run_module('tensorlab.bench.selfcheck.probe', run_name='__main__'); assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["seconds"] > 0
