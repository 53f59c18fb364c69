"""From the name of a device to torch's device, or to one sentence on why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch

from tensorlab.bench.backends.tensor import KINDS, missing
from tensorlab.errors import UnavailableError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable


def device_name(device: object, kinds: Iterable[str]) -> str:
    """The name of a device of one of those types, there or not: "cpu", "cuda", "cuda:1".

    Raises:
        UnknownNameError: No device of those types has such a name.

    >>> device_name(torch.device("cuda", 1), ("cpu", "cuda"))
    'cuda:1'
    """
    name, known = str(device), tuple(kinds)
    kind, colon, _ = name.partition(":")
    if kind not in known or (colon and (kind == "cpu" or not re.fullmatch(r"\w+:[0-9]{1,3}", name))):
        raise unknown_name("device", name, known)
    return name


def torch_device(device: str | torch.device) -> torch.device:
    """The device of that name, or that device, if this machine and this torch have it.

    Raises:
        UnknownNameError: No device has such a name.
        UnavailableError: It is a device's name, but torch reports no such device here.

    >>> torch_device("cpu")
    device(type='cpu')
    >>> torch_device("cudda")
    Traceback (most recent call last):
    tensorlab.errors.UnknownNameError: no device is called 'cudda'
    hint: did you mean 'cuda'?
    """
    name = device_name(device, KINDS)
    reason = missing(name)
    if reason:
        raise UnavailableError(reason, hint="'cpu' is always there; tensorlab doctor tells what torch sees")
    return torch.device(name)
