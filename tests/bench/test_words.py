import pytest

from tensorlab.bench.words import counted


@pytest.mark.parametrize(("count", "words"), [(0, "0 processors"), (1, "1 processor"), (1024, "1,024 processors")])
def test_one_is_singular(count: int, words: str) -> None:
    assert counted(count, "processor") == words
