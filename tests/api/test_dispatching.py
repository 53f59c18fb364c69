from __future__ import annotations

import torch

import tensorlab
from tensorlab.codec import decode, encode
from tensorlab.dispatch.routing.record import DeviceTable, Dispatched


def test_a_call_and_the_devices_are_told_drawn_and_stored() -> None:
    x = torch.ones(2, 3, requires_grad=True)
    figure = tensorlab.explain_dispatch(torch.relu, x)
    assert str(figure.data).splitlines()[1] == "aten::relu: AutogradCPU, then CPU"
    assert tensorlab.show(figure.data).text() == figure.text()
    assert decode(Dispatched, encode(figure.data)) == figure.data
    table = tensorlab.explain_devices()
    assert decode(DeviceTable, encode(table.data)) == table.data
    assert max(map(len, table.text(width=80).splitlines())) <= 80


def test_a_module_is_called_as_it_is() -> None:
    told = tensorlab.explain_dispatch(torch.nn.ReLU(), torch.ones(2)).data
    assert isinstance(told, Dispatched)
    assert (told.call, len(told.routes)) == ("ReLU", 1)
