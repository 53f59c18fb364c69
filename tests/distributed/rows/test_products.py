from __future__ import annotations

import pytest
from support.teams import alone

from tensorlab.distributed.rows.products import ways


@pytest.mark.parametrize(("ranks", "mesh"), [(1, (1, 1)), (2, (1, 2)), (7, (1, 7)), (12, (3, 4)), (1024, (32, 32))])
def test_a_mesh_as_square_as_can_be(ranks: int, mesh: tuple[int, int]) -> None:
    assert ways(ranks)[-1].mesh == mesh
    assert {one.mesh for one in ways(ranks)[:-1]} == {(ranks,)}


def test_products_on_one_rank() -> None:
    rows = alone("""
from tensorlab.distributed.rows.products import products
with met(plan, steps.append) as team:
    found = list(products(plan, team))
    told = [[one.name, one.error, len(one.seconds), [len(m.pieces) for m in one.matrices], m.strangers] for one in found
            for m in one.matrices[:1]]
print(json.dumps(told))
""")
    assert [row[0] for row in rows] == ["row", "column", "inner", "2-D"]
    for name, error, rounds, pieces, strangers in rows:
        assert 0 <= error < 1, name
        assert (rounds, strangers) == (4, [])
        assert set(pieces) == {1}


def test_a_wrong_product_is_beyond_what_rounding_allows() -> None:
    errors = alone("""
from tensorlab.distributed.rows import products
right = products.multiplied
whole = products.reduced
products.reduced = lambda c: whole(c) * 1.0001
with met(plan, steps.append) as team:
    print(json.dumps([one.error for one in products.products(plan, team)]))
""")
    assert min(errors) > 1
