"""The floors, held by tests; for each rule there is a violation that it catches."""

from __future__ import annotations

import ast
import re
import shutil
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from support import guards
from support.guards import everywhere, planted
from support.probe import ROOT, run_python
from support.source import FILES, MODULES, imports, tree

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
FLOORS = "Imports go down the floors"
FACE = "Below api nothing imports the lazy face"
LAZY_TABLES = {
    "tensorlab/__init__.py": "the face",
    "tensorlab/api/records.py": "pictures of records",
    "tensorlab/memory/registry.py": "the adapters",
    "tensorlab/process/target.py": "what a user names",
    "tensorlab/render/saving.py": "formats that need a library",
    "tensorlab/testing/__init__.py": "the face of the tests",
}
"""Files that load modules by name."""
SCRIPT_DOOR = "tensorlab/process/scripts.py"
"""The one file that runs code which no import names: a user's script, as Python itself would."""
LIBRARIES: dict[str, frozenset[str]] = {
    "torch": frozenset(
        {
            "api/aten_fuzzing.py",
            "api/autograd_scripts.py",
            "api/autograd_targets.py",
            "api/distributed_runs.py",
            "api/layer_profiles.py",
            "api/placements.py",
            "api/recordings.py",
            "api/targets.py",
            "autograd/asides.py",
            "autograd/findings/functions.py",
            "autograd/flow/asking.py",
            "autograd/flow/measures.py",
            "autograd/forms.py",
            "autograd/internals.py",
            "autograd/leaves.py",
            "autograd/naming.py",
            "autograd/nonfinite.py",
            "autograd/numbers.py",
            "autograd/products.py",
            "autograd/slots.py",
            "autograd/stats.py",
            "autograd/storages.py",
            "autograd/stress/child.py",
            "autograd/stress/shapes.py",
            "autograd/unused.py",
            "autograd/walking.py",
            "bench/backends/compiled.py",
            "bench/backends/precision.py",
            "bench/backends/tensor.py",
            "bench/ceilings/call_probes.py",
            "bench/ceilings/matmul_probes.py",
            "bench/ceilings/memory_probes.py",
            "bench/ceilings/torch_device.py",
            "bench/chasing/containers.py",
            "bench/conversions/calls.py",
            "bench/conversions/child.py",
            "bench/conversions/sources.py",
            "bench/forkreader.py",
            "bench/honesty/calls.py",
            "bench/host/devices.py",
            "bench/host/torch_facts.py",
            "bench/offload/torch_machine.py",
            "bench/selfcheck/torch_probe.py",
            "bench/slowness/agreeing.py",
            "bench/slowness/arguments.py",
            "bench/slowness/costs.py",
            "bench/slowness/examine.py",
            "bench/slowness/looking.py",
            "bench/slowness/loops.py",
            "bench/slowness/programs.py",
            "bench/slowness/rewrites.py",
            "bench/slowness/traffic.py",
            "bench/striding/ground.py",
            "bench/striding/probes.py",
            "bench/threads.py",
            "dispatch/backwards.py",
            "dispatch/frames.py",
            "dispatch/hiding.py",
            "dispatch/identities.py",
            "dispatch/internals.py",
            "dispatch/modes.py",
            "dispatch/naming.py",
            "dispatch/routing/calling.py",
            "dispatch/routing/keys.py",
            "dispatch/singles.py",
            "dispatch/tensor_calls.py",
            "dispatch/tracer.py",
            "dispatch/values.py",
            "dispatch/versions.py",
            "dispatch/watching.py",
            "distributed/agent.py",
            "distributed/imagining.py",
            "distributed/rows/collectives.py",
            "distributed/rows/products.py",
            "distributed/rows/replicas.py",
            "distributed/team.py",
            "memory/build_tensor.py",
            "memory/internals.py",
            "memory/living/collect.py",
            "memory/quantized.py",
            "memory/retention/archive.py",
            "memory/retention/states.py",
            "memory/retention/tensors.py",
            "memory/sharing/tensor_patch.py",
            "memory/storages.py",
            "memory/tensor.py",
            "memory/tensor_dtype.py",
            "memory/tensor_facts.py",
            "memory/tensor_parts.py",
            "memory/writes/tensor_rules.py",
            "models/classifying.py",
            "models/layer_times.py",
            "models/network.py",
            "models/placement/placing.py",
            "models/placement/running.py",
            "models/profiling/allocation.py",
            "models/profiling/capture.py",
            "models/profiling/keeping.py",
            "models/profiling/measuring.py",
            "models/profiling/passing.py",
            "models/profiling/watching.py",
            "models/tracing.py",
            "models/vision.py",
            "models/weight_files.py",
            "models/workloads.py",
            "testing/aliases.py",
            "testing/aten/arguments.py",
            "testing/aten/calling.py",
            "testing/aten/database.py",
            "testing/aten/holding.py",
            "testing/aten/judging.py",
            "testing/aten/scanning.py",
            "testing/aten/scripting.py",
            "testing/aten/shrinking.py",
            "testing/aten/sweeping.py",
            "testing/backward.py",
            "testing/calling.py",
            "testing/comparing.py",
            "testing/filling.py",
            "testing/gradient_checks/arguments.py",
            "testing/gradient_checks/checking.py",
            "testing/gradient_checks/comparing.py",
            "testing/gradient_checks/jacobians.py",
            "testing/gradient_checks/over_layouts.py",
            "testing/judging.py",
            "testing/looking.py",
            "testing/optimizers/script.py",
            "testing/optimizers/trial.py",
            "testing/placing.py",
            "testing/results.py",
            "testing/rounding.py",
            "testing/specs.py",
            "testing/strategies/building.py",
            "testing/strategies/pair_drawing.py",
            "testing/subjects.py",
            "testing/ties.py",
            "testing/tracing.py",
        }
    ),
    "numpy": frozenset(
        {
            "api/targets.py",
            "bench/backends/ndarray.py",
            "bench/backends/own.py",
            "bench/backends/pyarray.py",
            "bench/backends/pylist.py",
            "bench/ceilings/call_probes.py",
            "bench/ceilings/matmul_probes.py",
            "bench/ceilings/memory_probes.py",
            "bench/chasing/containers.py",
            "bench/checking.py",
            "bench/conversions/calls.py",
            "bench/conversions/child.py",
            "bench/conversions/sources.py",
            "bench/crossing/checked.py",
            "bench/forkreader.py",
            "bench/honesty/calls.py",
            "bench/host/numpy_facts.py",
            "bench/pairing/ratios.py",
            "bench/selfcheck/probe.py",
            "bench/slowness/agreeing.py",
            "bench/slowness/arguments.py",
            "bench/slowness/examine.py",
            "bench/slowness/looking.py",
            "bench/slowness/reached.py",
            "bench/slowness/traffic.py",
            "bench/striding/ground.py",
            "bench/striding/probes.py",
            "bench/striding/subjects.py",
            "bench/together.py",
            "dispatch/array_calls.py",
            "dispatch/array_copies.py",
            "memory/build.py",
            "memory/build_tensor.py",
            "memory/ndarray.py",
            "memory/retention/archive.py",
            "memory/retention/array_file.py",
            "memory/sharing/array_patch.py",
            "memory/writes/array_rules.py",
            "models/ndarray_network.py",
            "models/weights.py",
            "models/workloads.py",
            "testing/aliases.py",
            "testing/calling.py",
            "testing/comparing.py",
            "testing/filling.py",
            "testing/looking.py",
            "testing/placing.py",
            "testing/results.py",
            "testing/rounding.py",
            "testing/specs.py",
            "testing/strategies/drawing.py",
            "testing/strategies/pair_drawing.py",
            "testing/subjects.py",
            "testing/ties.py",
        }
    ),
    "rich": frozenset({"cli/progress.py"}),
    "typer": frozenset(
        {
            "cli/alexnet_command.py",
            "cli/autograd.py",
            "cli/autograd_diff_command.py",
            "cli/autograd_graph_command.py",
            "cli/autograd_saved_command.py",
            "cli/autograd_script_commands.py",
            "cli/autograd_stress_command.py",
            "cli/bench.py",
            "cli/bench_aa_command.py",
            "cli/bench_chase_command.py",
            "cli/bench_compare_command.py",
            "cli/bench_crossover_command.py",
            "cli/bench_distributed_command.py",
            "cli/bench_import_command.py",
            "cli/bench_report_command.py",
            "cli/bench_stride_command.py",
            "cli/bench_why_command.py",
            "cli/bits_command.py",
            "cli/ceilings.py",
            "cli/default_group.py",
            "cli/doctor_command.py",
            "cli/explain_command.py",
            "cli/explore_command.py",
            "cli/fuzz_command.py",
            "cli/layout_command.py",
            "cli/main.py",
            "cli/models_commands.py",
            "cli/object_commands.py",
            "cli/output.py",
            "cli/profile_command.py",
            "cli/retains_command.py",
        }
    ),
    "threadpoolctl": frozenset({"bench/host/fingerprint.py", "bench/threads.py"}),
    "torchvision": frozenset({"models/vision.py"}),
    "resvg_py": frozenset({"render/png.py"}),
    "fast_sugiyama": frozenset({"render/graph_layout.py"}),
    "ctypes": frozenset(
        {
            "dispatch/values.py",  # reads a few numbers without an operation
            "distributed/lifeline.py",
            "memory/cpython.py",
            "memory/dlpack.py",
            "memory/foreign.py",
            "memory/living/frames.py",
        }
    ),
    "matplotlib": frozenset({"page/report/painting.py"}),
    "hypothesis": frozenset(
        {
            "api/fuzzing.py",  # whether it is there
            "testing/shrinking.py",
            "testing/strategies/array_drawing.py",
            "testing/strategies/chain_drawing.py",
            "testing/strategies/drawing.py",
            "testing/strategies/pair_drawing.py",
            "testing/strategies/tensor_drawing.py",
        }
    ),
    "PIL": frozenset({"models/image_files.py", "models/sheets.py"}),
    "pytest": frozenset({"testing/plugin.py"}),
}
"""Which files may import a library when they run."""
TYPES: dict[str, frozenset[str]] = {
    "PIL": frozenset({"models/classifying.py"}),
    "torch": frozenset(
        {
            "api/holdings.py",
            "api/networks.py",
            "autograd/capture.py",
            "autograd/findings/recorded.py",
            "autograd/flow/passes.py",
            "autograd/flow/places.py",
            "autograd/provenance.py",
            "autograd/provenance_of_nodes.py",
            "autograd/saved/recorded.py",
            "autograd/saved/versions.py",
            "autograd/strangers.py",
            "autograd/why.py",
            "dispatch/modules.py",
            "dispatch/running.py",
            "memory/dtensor.py",
            "memory/nested.py",
            "memory/tensor_odd.py",
            "models/profiling/marking.py",
            "models/sheets.py",
            "testing/aten/examining.py",
            "testing/strategies/tensor_drawing.py",
        }
    ),
    "numpy": frozenset(
        {
            "bench/backends/record.py",
            "bench/backends/tensor.py",
            "bench/laboratory.py",
            "testing/strategies/array_drawing.py",
        }
    ),
}
"""Which files may import a library for their annotations alone."""
PURE = ("layout", "views", "scene", "diagram", "render")
"""Packages that import the standard library and the floors below only."""
PAINTERS = ("tensorlab/render/png.py", "tensorlab/render/graph_layout.py")
"""Files among them that are the one door to a library: nothing imports them but a table of names, when asked for."""


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its configuration, to plant a violation in."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "tensorlab", folder / "tensorlab", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint_with(file: Path, code: str, root: Path) -> CompletedProcess[str]:
    """The contracts with that code at the end of a file, which is left as it was."""
    before = file.read_text() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{before or ''}\n{code}\n")
    ran = run_python(LINT, cwd=root)
    if before is None:
        file.unlink()
        if not list(file.parent.glob("*.py")):
            shutil.rmtree(file.parent)
    else:
        file.write_text(before)
    return ran


def test_the_import_contracts_are_kept() -> None:
    ran = run_python(LINT)
    assert f"{FLOORS} KEPT" in ran.stdout, ran.stdout
    assert f"{FACE} KEPT" in ran.stdout, ran.stdout
    assert ran.returncode == 0


@pytest.mark.parametrize(
    ("file", "code", "contract"),
    [
        ("layout/planted.py", "import tensorlab.memory.record", FLOORS),
        ("memory/planted.py", "from tensorlab.api import objects", FLOORS),
        ("errors.py", "import tensorlab.codec", FLOORS),
        ("quantity.py", "import tensorlab.progress", FLOORS),
        ("scene/planted.py", "from tensorlab.layout import record", FLOORS),
        ("render/planted.py", "from tensorlab.diagram import memory", FLOORS),
        ("process/planted.py", "from tensorlab.layout.record import Layout", FLOORS),
        ("attic/__init__.py", "", FLOORS),
        ("layout/planted.py", "import tensorlab", FACE),
        ("bench/workloads/planted.py", "from tensorlab import show", FACE),
        ("diagram/planted.py", "def late() -> None:\n    import tensorlab", FACE),
        ("render/planted.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tensorlab", FACE),
    ],
)
def test_a_planted_import_breaks_its_contract(copied_tree: Path, file: str, code: str, contract: str) -> None:
    ran = lint_with(copied_tree / "tensorlab" / file, code, copied_tree)
    assert ran.returncode == 1, ran.stdout
    assert f"{contract} BROKEN" in ran.stdout, ran.stdout


def test_the_command_line_may_import_the_face(copied_tree: Path) -> None:
    ran = lint_with(copied_tree / "tensorlab" / "cli" / "planted.py", "import tensorlab", copied_tree)
    assert ran.returncode == 0, ran.stdout


def test_the_contracts_know_every_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract for contract in contracts if contract["name"] == FLOORS)
    listed = {name.strip(" ()") for layer in floors["layers"] for name in layer.split("|")}
    assert floors["exhaustive"]
    assert listed >= {name.split(".")[1] for name in MODULES if "." in name}


def test_no_side_doors_but_one() -> None:
    assert [re.sub(r":[0-9]+:", ":", line) for line in everywhere(guards.side_doors)] == [f"{SCRIPT_DOOR}: exec"]


@pytest.mark.parametrize(
    "code",
    [
        "eval('1')",
        "exec('x = 1')",
        "run = eval",
        "__import__('torch')",
        "import builtins",
        "import runpy",
        "import importlib.util",
        "from importlib import util",
        "from importlib.util import find_spec",
        "import pkgutil as p",
        "def f():\n    import runpy",
        "thing.__builtins__['eval']",
    ],
)
def test_side_doors_are_seen(code: str) -> None:
    assert planted(guards.side_doors, code, "tensorlab/layout/planted.py")


def test_evaluation_mode_is_no_side_door() -> None:
    assert planted(guards.side_doors, "network.eval()\nfrom importlib.metadata import version", "tensorlab/x.py") == []


def test_modules_are_loaded_by_name_in_the_tables_only() -> None:
    assert {path.as_posix() for path in FILES if guards.uses_import_module(tree(path))} == set(LAZY_TABLES)


@pytest.mark.parametrize(
    "code", ["from importlib import import_module as load\nimport_module('x')", "importlib.import_module('x')"]
)
def test_loading_by_name_is_seen(code: str) -> None:
    assert guards.uses_import_module(ast.parse(code))


def test_names_of_modules_stay_inside_their_package() -> None:
    tops = ("tensorlab/__init__.py", "tensorlab/api/records.py")
    found = [line for line in everywhere(guards.foreign_names) if not line.startswith(tops)]
    assert found == []
    assert everywhere(guards.dead_names) == []


def test_names_of_modules_elsewhere_are_seen() -> None:
    code = "_ADAPTERS = {'torch': 'tensorlab.models.network', 'own': 'tensorlab.memory.tensor'}"
    assert len(planted(guards.foreign_names, code, "tensorlab/memory/registry.py")) == 1
    assert planted(guards.dead_names, "HOME = 'tensorlab.memory.no_such'", "tensorlab/memory/registry.py")


def test_functions_import_nothing_outside_cli_and_api() -> None:
    assert everywhere(guards.late_imports) == []


@pytest.mark.parametrize(
    "code", ["def f():\n    import os", "class A:\n    async def f(self):\n        from a import b"]
)
def test_imports_inside_functions_are_seen(code: str) -> None:
    assert planted(guards.late_imports, code, "tensorlab/memory/planted.py")
    assert planted(guards.late_imports, code, "tensorlab/api/planted.py") == []


def test_the_ground_imports_the_standard_library_and_what_lies_below() -> None:
    found = everywhere(guards.outside_libraries, *PURE, "process")
    assert [line for line in found if not line.startswith(PAINTERS)] == []
    assert planted(guards.outside_libraries, "from numpy import array", "tensorlab/views/planted.py")
    assert planted(guards.outside_libraries, "import json\nimport tensorlab.errors", "tensorlab/views/planted.py") == []


def importers(*, types_only: bool) -> dict[str, set[str]]:
    """Each foreign library, and the files that import it."""
    found: dict[str, set[str]] = {}
    for path in FILES:
        for library in guards.imported_libraries(tree(path), types_only=types_only):
            found.setdefault(library, set()).add(path.relative_to("tensorlab").as_posix())
    known = {"ctypes", *(name for name in found if name not in sys.stdlib_module_names)} - {"tensorlab"}
    return {library: files for library, files in found.items() if library in known}


def test_each_library_is_imported_where_the_table_says() -> None:
    assert importers(types_only=False) == {library: files for library, files in LIBRARIES.items() if files}
    assert importers(types_only=True) == TYPES


@pytest.mark.parametrize("painter", PAINTERS)
def test_a_painter_is_loaded_by_name_alone(painter: str) -> None:
    name = painter.removesuffix(".py").replace("/", ".")
    everyone = {path.as_posix(): {found for _, found in imports(tree(path))} for path in FILES}
    assert [path for path, names in everyone.items() if name in names] == []
    assert {"resvg_py", "fast_sugiyama"} & everyone[painter]


def test_an_import_that_the_table_does_not_know_is_seen() -> None:
    code = "import torch.nn\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy, torch"
    assert guards.imported_libraries(ast.parse(code), types_only=False) == {"torch", "typing"}
    assert guards.imported_libraries(ast.parse(code), types_only=True) == {"numpy"}
    assert guards.imported_libraries(ast.parse("def f():\n    import rich.table"), types_only=False) == {"rich"}
