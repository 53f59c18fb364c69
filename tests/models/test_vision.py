import subprocess
import sys

import pytest
import torch

from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import seeded_network
from tensorlab.models.vision import lacks_operators, torchvision

PLAIN = """
import torch
try:
    import torchvision
except RuntimeError as error:
    print("refused:", error)
else:
    print("imported")
"""

TWICE = """
try:
    import torchvision
except RuntimeError as error:
    pass
from tensorlab.models.vision import DECLARED, torchvision
import torchvision.models, torchvision.transforms.v2
print(torchvision.models.alexnet(weights=None).classifier[6].out_features, DECLARED is not None)
"""

MISSING = """
import sys
sys.modules["torchvision"] = None
from tensorlab.errors import UnavailableError
try:
    import tensorlab.models.vision
except UnavailableError as error:
    print(error)
"""


def run(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_torchvision_imports_here_also_where_it_refuses_by_itself() -> None:
    plain = run(PLAIN)
    ours = run(TWICE)
    if torch.version.cuda is None and "+cu" in torchvision.__version__:
        assert plain == "refused: operator torchvision::nms does not exist\n"
        assert ours == "1000 True\n"
    else:
        assert plain == "imported\n"
        assert ours == "1000 False\n"


def test_a_missing_torchvision_is_one_sentence_and_what_to_do() -> None:
    assert run(MISSING) == "torchvision is not installed\nhint: pip install 'tensorlab-toolkit[vision]'\n"


def test_another_failure_is_not_cured() -> None:
    assert not lacks_operators(RuntimeError("operator other::nms does not exist"))


def test_our_network_has_torchvisions_keys_and_shapes_in_its_order() -> None:
    with torch.device("meta"):
        theirs = torchvision.models.alexnet(weights=None).state_dict()
    ours = seeded_network(ALEXNET, seed=0).state_dict()
    assert [(key, value.shape) for key, value in ours.items()] == [(key, value.shape) for key, value in theirs.items()]


@pytest.mark.parametrize("batch", [1, 4])
def test_equal_logits_on_the_same_state_dict(batch: int) -> None:
    ours = seeded_network(ALEXNET, seed=1)
    with torch.device("meta"):
        theirs = torchvision.models.alexnet(weights=None)
    theirs.load_state_dict(ours.state_dict(), assign=True)
    theirs.eval()
    images = torch.randn(batch, 3, 224, 224, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        assert torch.equal(ours(images), theirs(images))


def test_equal_dropout_while_training() -> None:
    ours = seeded_network(ALEXNET, seed=1).train()
    with torch.device("meta"):
        theirs = torchvision.models.alexnet(weights=None)
    theirs.load_state_dict(ours.state_dict(), assign=True)
    images = torch.randn(1, 3, 63, 63, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        torch.manual_seed(3)
        first = ours(images)
        torch.manual_seed(3)
        assert torch.equal(first, theirs(images))
