"""From the name of a device to torch's device, or to one sentence on why not."""

from __future__ import annotations

import re

import torch

from tensorlab.bench.backends.tensor import KINDS, missing
from tensorlab.errors import UnavailableError, unknown_name


def torch_device(name: str) -> torch.device:
    """The device of that name, if this machine and this torch have it.

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
    kind, colon, _ = str(name).partition(":")
    if kind not in KINDS or (colon and (kind == "cpu" or not re.fullmatch(r"\w+:[0-9]{1,3}", name))):
        raise unknown_name("device", name, KINDS)
    reason = missing(name)
    if reason:
        raise UnavailableError(reason, hint="'cpu' is always there; tensorlab doctor tells what torch sees")
    return torch.device(name)
