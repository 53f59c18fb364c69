"""What a network is made of, and what one layer costs. Imports neither torch nor NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tensorlab.bench.stats import require_seconds
from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt


@dataclass(frozen=True, slots=True)
class Convolution:
    """Slides square windows over an image; every output channel sees every input channel."""

    name: str
    """As in the state dict, without ".weight": "features.0"."""
    inputs: int
    """Channels that come in."""
    outputs: int
    """Channels that go out."""
    kernel: int
    """Rows and columns of a window."""
    stride: int = 1
    """Rows or columns from a window to the next."""
    padding: int = 0
    """Rows or columns of zeros added on each side."""


@dataclass(frozen=True, slots=True)
class Relu:
    """Negative values become 0, in place."""

    name: str


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The largest value of each square window."""

    name: str
    kernel: int
    stride: int


@dataclass(frozen=True, slots=True)
class AveragePool:
    """The mean of as many regions as the output has places, whatever the size of the image."""

    name: str
    size: int
    """Rows and columns that go out."""


@dataclass(frozen=True, slots=True)
class Flatten:
    """Channels, rows and columns become one axis: a view, no work."""

    name: str


@dataclass(frozen=True, slots=True)
class Dropout:
    """Zeroes values at random while training; passes its input on otherwise."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Linear:
    """Every output is a weighted sum of every input."""

    name: str
    inputs: int
    outputs: int


Layer: TypeAlias = Convolution | Relu | MaxPool | AveragePool | Flatten | Dropout | Linear


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one layer does to a batch, by arithmetic alone."""

    name: str
    kind: str
    """"conv", "relu", "maxpool", "avgpool", "flatten", "dropout", "linear"."""
    output: tuple[int, ...]
    """Shape that goes out, the batch first."""
    parameters: int
    """Numbers in weight and bias."""
    macs: int
    """Multiply-adds for the whole batch; 0 where nothing is multiplied."""
    nbytes: int
    """Bytes of input, output and parameters, each counted once; 0 for what only passes its input on."""


@dataclass(frozen=True, slots=True)
class LayerTime:
    """One layer and its measured seconds.

    Raises:
        LayoutError: Seconds that no clock can have said.
    """

    cost: Cost
    wall: tuple[float, ...]
    """Seconds of each round, in order."""

    def __post_init__(self) -> None:
        require_seconds(self.wall, f"wall of {self.cost.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTimes:
    """A network's forward pass, layer by layer.

    Raises:
        LayoutError: No layer, seconds that no clock can have said, or a layer with another number of rounds.
    """

    network: str
    seed: int
    """Of the random weights."""
    batch: int
    image: int
    """Rows and columns of each image."""
    device: str
    dtype: str
    threads: int
    """Threads that torch used on the CPU."""
    host: str
    """Fingerprint of the machine and its libraries."""
    layers: tuple[LayerTime, ...]
    whole: tuple[float, ...]
    """Seconds of whole forward passes, one a round, taken between the layered ones."""
    doubts: tuple[Doubt, ...] = ()
    """What may be wrong with the seconds."""

    def __post_init__(self) -> None:
        require_seconds(self.whole, "whole")
        if not self.layers:
            raise LayoutError("a network has one layer or more; got none")
        counts = sorted({len(layer.wall) for layer in self.layers})
        if counts != [len(self.whole)]:
            raise LayoutError(f"every layer has the {len(self.whole)} rounds of the whole; got {counts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedWeights:
    """Weights that torchvision publishes, as their own description has them."""

    name: str
    """"IMAGENET1K_V1"."""
    default: bool
    """Whether they are what torchvision calls DEFAULT."""
    parameters: int
    gflops: float
    """Billions of multiply-adds of a forward pass, for one input of the size that they were measured with."""
    megabytes: float
    """Of the file, in units of 2**20 bytes."""
    metrics: tuple[tuple[str, str, float], ...]
    """Dataset, metric and value: ("ImageNet-1K", "acc@1", 56.522)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZooModel:
    """A model that torchvision builds: the function that builds it, and the class of what it builds."""

    name: str
    """As ``torchvision.models.get_model`` takes it."""
    task: str
    """"classification", "detection", "segmentation", "video", "optical flow", "quantized classification"."""
    function: str
    """With its module: "torchvision.models.alexnet.alexnet"."""
    builds: str
    """The class, with its module: "torchvision.models.alexnet.AlexNet"."""
    weights: tuple[PublishedWeights, ...]

    def __str__(self) -> str:
        return f"{self.name}(): the function that builds the class {self.builds.rpartition('.')[2]}"


@dataclass(frozen=True, slots=True)
class Zoo:
    """The models of torchvision that were asked for."""

    version: str
    """Of torchvision."""
    pattern: str
    """What their names hold; "" for all."""
    models: tuple[ZooModel, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.models))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCall:
    """A module, what came out of it, and its own parameters."""

    name: str
    """As in the state dict: "features.0"; "" for the model itself."""
    kind: str
    """Its class: "Conv2d"."""
    outputs: tuple[tuple[str, tuple[int, ...]], ...]
    """Key and shape of each tensor that came out of its first call; none where it was not called."""
    parameters: int
    """Numbers in its own parameters, without those of the modules in it."""
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTrace:
    """A model of the zoo, module by module, in the order in which a forward pass first calls them."""

    model: ZooModel
    inputs: tuple[tuple[int, ...], ...]
    """Shapes of the tensors that went in."""
    modules: tuple[ModuleCall, ...]
    """Those without modules in them, and those with parameters of their own; what was not called comes last."""
    stopped: str = ""
    """Why the pass did not come to its end; "" where it did."""

    @property
    def parameters(self) -> int:
        """Numbers in all parameters, each counted once."""
        return sum(one.parameters for one in self.modules)
