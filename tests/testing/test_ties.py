from __future__ import annotations

import torch

from tensorlab.testing.ties import same_but_for_ties

TIED = torch.tensor([[3.0, 3.0, 1.0], [2.0, 5.0, 5.0]])


def test_indices_of_equal_elements_along_an_axis() -> None:
    assert same_but_for_ties(torch.tensor([0, 1]), torch.tensor([1, 2]), [TIED])
    assert same_but_for_ties(torch.tensor([[0], [1]]), torch.tensor([[1], [2]]), [TIED])
    assert not same_but_for_ties(torch.tensor([0, 0]), torch.tensor([1, 2]), [TIED])


def test_indices_into_the_elements_in_a_row() -> None:
    assert same_but_for_ties(torch.tensor(4), torch.tensor(5), [TIED])
    assert not same_but_for_ties(torch.tensor(3), torch.tensor(5), [TIED])


def test_values_beside_the_indices_have_to_agree() -> None:
    first, other = torch.tensor([0, 1]), torch.tensor([1, 2])
    values = torch.tensor([3.0, 5.0])
    assert same_but_for_ties((values, first), (values, other), [TIED])
    assert not same_but_for_ties((values + 1, first), (values, other), [TIED])


def test_indices_of_nothing_and_other_shapes_are_no_ties() -> None:
    assert not same_but_for_ties(torch.tensor([9]), torch.tensor([8]), [TIED])
    assert not same_but_for_ties(torch.tensor([0]), torch.tensor([0, 1]), [TIED])
    assert not same_but_for_ties((1, 2), 1, [TIED])
    assert not same_but_for_ties("a", "b", [TIED])
