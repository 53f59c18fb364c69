import pytest

from tensorlab.bench.words import brief, counted


@pytest.mark.parametrize(("count", "words"), [(0, "0 processors"), (1, "1 processor"), (1024, "1,024 processors")])
def test_one_is_singular(count: int, words: str) -> None:
    assert counted(count, "processor") == words


def test_what_came_is_told_in_few_words() -> None:
    assert [brief(given) for given in (7, "7", None, -(10**400))] == ["7", "'7'", "None", "about -10**400"]
    assert len(brief("x" * 1000)) == 41
