from dataclasses import replace

import pytest

from tensorlab.bench.host.environment import HIDDEN, RULES, advice, speed_variables
from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.bench.host.record import Host


@pytest.fixture(scope="module")
def host() -> Host:
    """A machine of four processors with AVX-512 and a GPU, and no variable set."""
    return replace(
        host_facts(), vector=("avx2", "avx512f"), usable=4, accelerators=("NVIDIA H100",), environment=(), blas=()
    )


def test_families_and_single_names_count_and_nothing_else() -> None:
    given = {"OMP_WAIT_POLICY": "PASSIVE", "THP_MEM_ALLOC_ENABLE": "1", "API_TOKEN": "secret", "XOMP_": "1"}
    assert speed_variables(given) == (("OMP_WAIT_POLICY", "PASSIVE"), ("THP_MEM_ALLOC_ENABLE", "1"))


def test_what_threadpoolctl_sets_itself_is_left_out() -> None:
    assert speed_variables({"KMP_DUPLICATE_LIB_OK": "True"}) == ()


def test_values_that_may_be_paths_are_not_repeated() -> None:
    for value in ("/usr/lib/libjemalloc.so", "C:\\blas", "~/x", "me@host", "x" * 81):
        assert speed_variables({"LD_PRELOAD": value}) == (("LD_PRELOAD", HIDDEN),)


def test_every_variable_of_a_rule_is_one_that_is_recorded() -> None:
    names = {name for rule in RULES for name in rule.names}
    assert {name for name, _ in speed_variables(dict.fromkeys(names, "1"))} == names


BAD = [
    ("OPENBLAS_CORETYPE", "Haswell"),
    ("OPENBLAS_CORETYPE", "ZEN"),
    ("ATEN_CPU_CAPABILITY", "avx2"),
    ("ONEDNN_MAX_CPU_ISA", "AVX2"),
    ("NPY_DISABLE_CPU_FEATURES", "AVX512F"),
    ("OMP_NUM_THREADS", "1"),
    ("OPENBLAS_NUM_THREADS", "64"),
    ("OMP_NUM_THREADS", "64,2"),
    ("CUDA_LAUNCH_BLOCKING", "1"),
    ("PYTORCH_NO_CUDA_MEMORY_CACHING", "1"),
    ("CUDA_VISIBLE_DEVICES", ""),
    ("CUDA_VISIBLE_DEVICES", "-1"),
    ("NVIDIA_TF32_OVERRIDE", "1"),
    ("PYTHONDEVMODE", "1"),
    ("PYTHONMALLOC", "debug"),
    ("PYTHONMALLOC", "malloc"),
    ("MALLOC_PERTURB_", "85"),
]

GOOD = [
    ("OPENBLAS_CORETYPE", "SkylakeX"),
    ("OPENBLAS_CORETYPE", "Cooperlake"),
    ("ATEN_CPU_CAPABILITY", "avx512"),
    ("OMP_NUM_THREADS", "4"),
    ("OMP_NUM_THREADS", "many"),
    ("CUDA_LAUNCH_BLOCKING", "0"),
    ("CUDA_VISIBLE_DEVICES", "0"),
    ("PYTHONMALLOC", "pymalloc"),
    ("PYTHONDEVMODE", ""),
    ("OMP_WAIT_POLICY", "PASSIVE"),
    ("OPENBLAS_L2_SIZE", "512"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_value_that_costs_speed_is_told_with_its_cure(host: Host, name: str, value: str) -> None:
    (doubt,) = advice(replace(host, environment=((name, value),)))
    assert doubt.text.startswith(f"{name}={value}: ")
    assert name in doubt.cure


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_value_that_costs_nothing_is_not_told(host: Host, name: str, value: str) -> None:
    assert advice(replace(host, environment=((name, value),))) == ()


def test_kernels_of_an_older_cpu_cost_nothing_on_an_older_cpu(host: Host) -> None:
    older = replace(host, vector=("avx2",), environment=(("OPENBLAS_CORETYPE", "Haswell"),))
    assert advice(older) == ()


def test_hidden_gpus_cost_nothing_where_there_are_none(host: Host) -> None:
    assert advice(replace(host, accelerators=(), environment=(("CUDA_VISIBLE_DEVICES", ""),))) == ()
