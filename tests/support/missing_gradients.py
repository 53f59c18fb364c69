"""Small programs in which a tensor has no gradient, and the verdict on each."""

from __future__ import annotations

HEAD = (
    "import torch\nfrom torch import nn\nx, w = torch.ones(3, requires_grad=True), torch.ones(3, requires_grad=True)\n"
)
"""Lines 1 to 3 of each; ``asked`` is the tensor that is asked about, else x; ``loss`` the loss."""

PROGRAMS: dict[str, tuple[str, str]] = {
    "detach": ("loss = (x.exp().detach() * w).sum()", "cut by detach: detach why.py:4"),
    "data": ("loss = (x.exp().data * w).sum()", "cut by detach: data why.py:4"),
    "no_grad": ("with torch.no_grad():\n    h = x.exp()\nloss = (h * w).sum()", "cut by no_grad: exp why.py:5"),
    "all under no_grad": ("with torch.no_grad():\n    loss = x.exp().sum()", "cut by no_grad: exp why.py:5"),
    "inference_mode": (
        "with torch.inference_mode():\n    h = x.exp()\nloss = (h.clone() * w).sum()",
        "cut by inference_mode: exp why.py:5",
    ),
    "argmax": ("loss = w[x.argmax()]", "cut by non-differentiable op: argmax why.py:4"),
    "argsort": ("loss = w[x.argsort()].sum()", "cut by non-differentiable op: argsort why.py:4"),
    "a comparison": ("loss = ((x > 0).float() * w).sum()", "cut by non-differentiable op: gt why.py:4"),
    "integers": ("loss = (x.long() * w).sum()", "cut by non-differentiable op: long why.py:4"),
    "item": ("loss = (w * x.sum().item()).sum()", "cut by non-differentiable op: item why.py:4"),
    "item, and a tensor of it": (
        "loss = (w * torch.tensor(x.sum().item())).sum()",
        "cut by non-differentiable op: item why.py:4: it takes the values out of torch; tensor why.py:4 brings",
    ),
    "tolist": ("loss = (w * torch.tensor(x.tolist())).sum()", "cut by non-differentiable op: tolist why.py:4"),
    "an array": ("loss = (w * torch.from_numpy(x.detach().numpy() * 2)).sum()", "cut by detach: detach why.py:4"),
    "torch.tensor of a tensor": (
        "import warnings; warnings.simplefilter('ignore')\nloss = (w * torch.tensor(x)).sum()",
        "cut by detach: tensor why.py:5",
    ),
    "into a buffer, detached": (
        "b = torch.zeros(3)\nb[0] = x[0].detach()\nloss = (b * w).sum()",
        "cut by detach: detach why.py:5",
    ),
    "one-hot of argmax": (
        "loss = (nn.functional.one_hot(x.argmax(), 3) * w).sum()",
        "cut by non-differentiable op: argmax why.py:4",
    ),
    "a loss that is a new leaf": ("loss = x.sum().detach().clone().requires_grad_()", "cut by detach: detach why.py:4"),
    "a Parameter of it": ("p = nn.Parameter(x)\nloss = p.sum()", "replaced by a copy: sum why.py:5"),
    "non-leaf": ("asked = x * 2\nloss = asked.sum()\nloss.backward()", "non-leaf: mul why.py:4"),
    "moved": ("asked = x.to(torch.float64)\nloss = asked.sum()", "non-leaf: to why.py:4"),
    "retained": ("asked = x * 2\nasked.retain_grad()\nloss = asked.sum()\nloss.backward()", "has grad: "),
    "no requires_grad": ("asked = torch.ones(3)\nloss = (asked * w).sum()", "no requires_grad: "),
    "frozen": ("x.requires_grad_(False)\nloss = (x * w).sum()", "no requires_grad: requires_grad_ why.py:4"),
    "integers that want none": ("asked = torch.arange(3)\nloss = (asked * w).sum()", "no requires_grad: int64"),
    "never used": ("loss = w.sum()", "unreachable: no recorded call"),
    "used elsewhere": ("y = x.exp()\nloss = w.sum()", "unreachable: exp why.py:4"),
    "not run": ("loss = x.sum()", "backward not run: "),
    "there": ("loss = x.sum()\nloss.backward()", "has grad: "),
    "zero": ("loss = (-x).relu().sum()\nloss.backward()", "grad is zero: "),
    "zero_grad": (
        "opt = torch.optim.SGD([x], 0.1)\nloss = x.exp().sum()\nloss.backward()\nopt.step()\nopt.zero_grad()",
        "set to None: grad = None why.py:8",
    ),
    "grad = None": ("loss = x.exp().sum()\nloss.backward()\nx.grad = None", "set to None: grad = None why.py:6"),
    "autograd.grad": ("loss = x.exp().sum()\ntorch.autograd.grad(loss, x)", "backward left it out: grad why.py:5"),
    "inputs": ("loss = (x * w).sum()\nloss.backward(inputs=[w])", "backward left it out: backward why.py:5"),
    "requires_grad late": (
        "asked = torch.ones(3)\nloss = (asked * w).sum()\nasked.requires_grad_()\nloss.backward()",
        "requires_grad set late: requires_grad_ why.py:6",
    ),
    "freed": (
        "loss = x.exp().sum()\nloss.backward()\nx.grad = None\ntry:\n    loss.backward()\nexcept RuntimeError: pass",
        "freed: backward why.py:8",
    ),
    "a Function that gives None": (
        "class F(torch.autograd.Function):\n"  # noqa: ISC004 - one program
        "    @staticmethod\n    def forward(ctx, a):\n        return a * 2\n"
        "    @staticmethod\n    def backward(ctx, g):\n        return None\n"
        "loss = F.apply(x).sum()\nloss.backward()",
        "no gradient came: backward why.py:12",
    ),
}
"""Name, what follows the head, how the verdict begins."""
