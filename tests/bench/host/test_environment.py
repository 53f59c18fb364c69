from tensorlab.bench.host.environment import HIDDEN, speed_variables


def test_families_and_single_names_count_and_nothing_else() -> None:
    given = {"OMP_WAIT_POLICY": "PASSIVE", "THP_MEM_ALLOC_ENABLE": "1", "API_TOKEN": "secret", "XOMP_": "1"}
    assert speed_variables(given) == (("OMP_WAIT_POLICY", "PASSIVE"), ("THP_MEM_ALLOC_ENABLE", "1"))


def test_what_threadpoolctl_sets_itself_is_left_out() -> None:
    assert speed_variables({"KMP_DUPLICATE_LIB_OK": "True"}) == ()


def test_values_that_may_be_paths_are_not_repeated() -> None:
    for value in ("/usr/lib/libjemalloc.so", "C:\\blas", "~/x", "me@host", "x" * 81):
        assert speed_variables({"LD_PRELOAD": value}) == (("LD_PRELOAD", HIDDEN),)
