import json
import subprocess
import sys

import numpy as np


def test_it_answers_in_json_without_torch() -> None:
    code = "import sys; sys.modules['torch'] = None; import runpy; "
    code += "runpy.run_module('tensorlab.bench.host.numpy_facts', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["version"] == np.__version__
    assert facts["file"] == np.__file__
    assert facts["loaded"]
    assert facts["linear algebra"]
