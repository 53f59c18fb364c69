"""Scripts of the kinds that people ask about: what backward does with each, and what is said of it, to the line."""

from __future__ import annotations

HEAD = "import torch\ntorch.manual_seed(0)\n"
"""Lines 1 and 2 of each."""

SCRIPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "in place on what sigmoid saved": (
        """x = torch.randn(3, requires_grad=True)
y = torch.sigmoid(x)
y.div_(2)
y.sum().backward()
""",
        ("SigmoidBackward0.result saved train.py:4 v0; written by div_ train.py:5 v0->v1",),
    ),
    "augmented assignment on what exp saved": (
        """x = torch.randn(3, requires_grad=True)
y = x.exp()
y += 1
y.sum().backward()
""",
        ("ExpBackward0.result saved train.py:4 v0; written by add_ train.py:5 v0->v1",),
    ),
    "several writes": (
        """x = torch.randn(3, requires_grad=True)
y = x.tanh()
y += 1
y *= 2
y.sub_(3)
y.sum().backward()
""",
        ("TanhBackward0.result saved train.py:4 v0; written by add_ train.py:5 v0->v1, and 2 more writes after it",),
    ),
    "through a view": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
y[0] = 0
y.sum().backward()
""",
        ("ExpBackward0.result saved train.py:4 v0; written by copy_ train.py:5 v0->v1",),
    ),
    "through the base of a saved view": (
        """x = torch.randn(4, requires_grad=True)
base = x * 1
part = base[1:3]
loss = (part * part).sum()
base.add_(1)
loss.backward()
""",
        (
            "MulBackward0.other saved train.py:6 v0; written by add_ train.py:7 v0->v1",
            "MulBackward0.self saved train.py:6 v0; written by add_ train.py:7 v0->v1",
        ),
    ),
    "through a detached alias, which shares the count": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
y.detach().mul_(2)
y.sum().backward()
""",
        ("ExpBackward0.result saved train.py:4 v0; written by mul_ train.py:5 v0->v1",),
    ),
    "through .data, which does not": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
y.data.mul_(2)
y.sum().backward()
""",
        (
            (
                "ExpBackward0.result saved train.py:4 v0; written by mul_ train.py:5, not counted: backward will use "
                "the wrong values silently"
            ),
        ),
    ),
    "of .data, bytes that backward does not read": (
        """x = torch.randn(4, requires_grad=True)
base = x * 1
loss = base[:2].pow(2).sum()
base.data[2:].mul_(2)
loss.backward()
""",
        (),
    ),
    ".data and a counted write": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
y.data.mul_(2)
y.mul_(3)
y.sum().backward()
""",
        ("ExpBackward0.result saved train.py:4 v0; written by mul_ train.py:6 v0->v1",),
    ),
    "copy_": (
        """w = torch.randn(3, requires_grad=True)
h = torch.zeros(3)
loss = (w * h).sum()
h.copy_(torch.ones(3))
loss.backward()
""",
        ("MulBackward0.other saved train.py:5 v0; written by copy_ train.py:6 v0->v1",),
    ),
    "out=": (
        """w = torch.randn(3, requires_grad=True)
h = torch.zeros(3)
loss = (w * h).sum()
torch.add(torch.ones(3), 1, out=h)
loss.backward()
""",
        ("MulBackward0.other saved train.py:5 v0; written by add.out train.py:6 v0->v1",),
    ),
    "an optimizer between two backwards": (
        """net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
loss = net(torch.randn(2, 3)).sum()
loss.backward(retain_graph=True)
opt.step()
loss.backward()
""",
        ("AddmmBackward0.mat2 saved train.py:5 v1; written by add_ train.py:7 v1->v2",),
    ),
    "Adam between two backwards": (
        """w = torch.randn(3, requires_grad=True)
opt = torch.optim.Adam([w], lr=0.1)
loss = (w * w).sum()
loss.backward(retain_graph=True)
opt.step()
loss.backward()
""",
        (
            "MulBackward0.other saved train.py:5 v0; written by addcdiv_ train.py:7 v0->v1",
            "MulBackward0.self saved train.py:5 v0; written by addcdiv_ train.py:7 v0->v1",
        ),
    ),
    "foreach between two backwards": (
        """w = torch.randn(3, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1, foreach=True)
loss = w.pow(2).sum()
loss.backward(retain_graph=True)
opt.step()
loss.backward()
""",
        ("PowBackward0.self saved train.py:5 v0; written by _foreach_add_ train.py:7 v0->v1",),
    ),
    "a GAN's two steps": (
        """G, D = torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)
og, od = torch.optim.SGD(G.parameters(), 0.1), torch.optim.SGD(D.parameters(), 0.1)
fake = G(torch.randn(4, 2))
judged = D(fake)
loss_d, loss_g = judged.mean(), -judged.mean()
loss_d.backward(retain_graph=True)
od.step()
loss_g.backward()
""",
        ("AddmmBackward0.mat2 saved train.py:6 v1; written by add_ train.py:9 v1->v2",),
    ),
    "a GAN done right": (
        """G, D = torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)
og, od = torch.optim.SGD(G.parameters(), 0.1), torch.optim.SGD(D.parameters(), 0.1)
fake = G(torch.randn(4, 2))
D(fake.detach()).mean().backward()
od.step()
od.zero_grad()
(-D(fake).mean()).backward()
og.step()
""",
        (),
    ),
    "a hidden state kept over iterations": (
        """cell = torch.nn.RNNCell(2, 2)
h = torch.zeros(1, 2)
for step in range(2):
    h = cell(torch.randn(1, 2), h)
    loss = h.sum()
    loss.backward()
""",
        ("TanhBackward0.result saved train.py:6; freed by the backward train.py:8",),
    ),
    "a hidden state kept, and the weights written": (
        """cell = torch.nn.RNNCell(2, 2)
opt = torch.optim.SGD(cell.parameters(), 0.1)
h = torch.zeros(1, 2)
for step in range(3):
    h = cell(torch.randn(1, 2), h)
    opt.zero_grad()
    h.sum().backward(retain_graph=True)
    opt.step()
""",
        ("AddmmBackward0.mat2 saved train.py:7 v2; written by add_ train.py:10 v2->v3",),
    ),
    "a hidden state detached": (
        """cell = torch.nn.GRUCell(2, 2)
h = torch.zeros(1, 2)
for step in range(3):
    h = cell(torch.randn(1, 2), h.detach())
    h.sum().backward()
""",
        (),
    ),
    "backward twice": (
        """x = torch.randn(3, requires_grad=True)
loss = (x * x).sum()
loss.backward()
loss.backward()
""",
        ("MulBackward0.other saved train.py:4; freed by the backward train.py:5",),
    ),
    "grad, then backward": (
        """x = torch.randn(3, requires_grad=True)
loss = x.exp().sum()
torch.autograd.grad(loss, x)
loss.backward()
""",
        ("ExpBackward0.result saved train.py:4; freed by the backward train.py:5",),
    ),
    "what two losses share": (
        """x = torch.randn(3, requires_grad=True)
shared = x.sin()
shared.sum().backward()
shared.mean().backward()
""",
        ("SinBackward0.self saved train.py:4; freed by the backward train.py:5",),
    ),
    "backward twice with retain_graph": (
        """x = torch.randn(3, requires_grad=True)
loss = (x * x).sum()
loss.backward(retain_graph=True)
loss.backward()
""",
        (),
    ),
    "a loss of several values": (
        """x = torch.randn(3, requires_grad=True)
(x * 2).backward()
""",
        ("the loss has 3 values, shape (3,): backward starts from one",),
    ),
    "several values and a gradient": (
        """x = torch.randn(3, requires_grad=True)
(x * 2).backward(torch.ones(3))
""",
        (),
    ),
    "a loss without a graph": (
        """x = torch.randn(3)
x.sum().backward()
""",
        ("the loss has no graph: nothing that requires grad leads to it",),
    ),
    "a loss cut off by detach": (
        """x = torch.randn(3, requires_grad=True)
loss = x.exp().detach().sum()
loss.backward()
""",
        (
            (
                "the loss has no graph: nothing that requires grad leads to it; cut by detach: detach train.py:4: what "
                "it gives has left the graph"
            ),
        ),
    ),
    "a leaf written": (
        """x = torch.randn(3, requires_grad=True)
x += 1
""",
        ("train.py:4: a leaf that requires grad was written in place while gradients are recorded",),
    ),
    "a leaf written through a view": (
        """x = torch.randn(3, requires_grad=True)
x[0] = 1
""",
        (
            (
                "train.py:4: a leaf that requires grad was written in place through a view of it, while gradients are "
                "recorded"
            ),
        ),
    ),
    "one of several views written": (
        """x = torch.randn(3, requires_grad=True)
first, second, third = (x * 1).unbind()
first.mul_(2)
""",
        ("train.py:5: output 0 of Unbind, one of several views that one call gave, was written in place",),
    ),
    "a gradient of another shape": (
        """x = torch.randn(3, requires_grad=True)
(x * 2).backward(torch.ones(2))
""",
        ("train.py:4: backward was given a gradient of shape [2] for an output of shape [3]",),
    ),
    "grad set to another shape": (
        """x = torch.randn(3, requires_grad=True)
x.grad = torch.ones(2)
""",
        ("train.py:4: grad was set to a tensor of shape [2]; the tensor has shape [3]",),
    ),
    "a Function that gives a wrong gradient": (
        """class Half(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x / 2
    @staticmethod
    def backward(ctx, g):
        return g[:1]
Half.apply(torch.randn(3, requires_grad=True)).sum().backward()
""",
        (
            (
                "train.py:10: HalfBackward gave a wrong gradient for its input 0: got [1] but expected shape "
                "compatible with [3]"
            ),
        ),
    ),
    "a Function's saved input written": (
        """class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        return 2 * ctx.saved_tensors[0] * g
x = torch.randn(3, requires_grad=True) * 1
y = Square.apply(x)
x.add_(1)
y.sum().backward()
""",
        ("SquareBackward.saved_tensors[0] saved train.py:12 v0; written by add_ train.py:13 v0->v1",),
    ),
    "a Function's saved output written": (
        """class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y
    @staticmethod
    def backward(ctx, g):
        return ctx.saved_tensors[0] * g
y = Exp.apply(torch.randn(3, requires_grad=True))
y.add_(1)
y.sum().backward()
""",
        ("ExpBackward.saved_tensors[0] saved train.py:12 v0; written by add_ train.py:13 v0->v1",),
    ),
    "relu_ after sigmoid": (
        """x = torch.randn(3, requires_grad=True)
y = torch.sigmoid(x)
torch.relu_(y)
y.sum().backward()
""",
        ("SigmoidBackward0.result saved train.py:4 v0; written by relu_ train.py:5 v0->v1",),
    ),
    "ReLU in place after a convolution": (
        """net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(inplace=True), torch.nn.Conv2d(2, 1, 3))
net(torch.randn(1, 1, 8, 8)).sum().backward()
""",
        (),
    ),
    "ReLU in place after tanh": (
        """net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Tanh(), torch.nn.ReLU(inplace=True))
net(torch.randn(2, 3)).sum().backward()
""",
        ("TanhBackward0.result saved train.py:4 v0; written by relu_ train.py:4 v0->v1",),
    ),
    "a residual added in place": (
        """x = torch.randn(3, requires_grad=True)
h = x * 1
y = torch.relu(h)
y += h
y.sum().backward()
""",
        ("ReluBackward0.result saved train.py:5 v0; written by add_ train.py:6 v0->v1",),
    ),
    "dropout in place": (
        """x = torch.randn(3, requires_grad=True)
y = torch.softmax(x, 0)
torch.nn.functional.dropout(y, 0.5, training=True, inplace=True)
y.sum().backward()
""",
        ("SoftmaxBackward0.result saved train.py:4 v0; written by mul_ train.py:5 v0->v1",),
    ),
    "running statistics of BatchNorm, twice": (
        """net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
loss = net(torch.randn(4, 2)).sum() + net(torch.randn(4, 2)).sum()
loss.backward()
""",
        (),
    ),
    "a buffer that forward writes": (
        """class Counting(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))
        self.register_buffer("scale", torch.ones(2))
    def forward(self, x):
        y = x * self.weight * self.scale
        self.scale.add_(1)
        return y
net = Counting()
(net(torch.ones(2)) + net(torch.ones(2))).sum().backward()
""",
        (
            "MulBackward0.other saved train.py:9 v1; written by add_ train.py:10 v1->v2",
            "MulBackward0.other saved train.py:9 v0; written by add_ train.py:10 v0->v1, and 1 more write after it",
        ),
    ),
    "a moving average of the weights": (
        """net, slow = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), 0.1)
for step in range(2):
    opt.zero_grad()
    (net(torch.ones(1, 2)) - slow(torch.ones(1, 2)).detach()).pow(2).sum().backward()
    opt.step()
    with torch.no_grad():
        for p, q in zip(net.parameters(), slow.parameters()):
            q.mul_(0.9).add_(p, alpha=0.1)
""",
        (),
    ),
    "gradients accumulated": (
        """net = torch.nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), 0.1)
for step in range(4):
    (net(torch.randn(3, 2)).mean() / 2).backward()
    if step % 2:
        opt.step()
        opt.zero_grad()
""",
        (),
    ),
    "LBFGS": (
        """w = torch.randn(2, requires_grad=True)
opt = torch.optim.LBFGS([w], max_iter=3)
def closure():
    opt.zero_grad()
    loss = (w - 1).pow(2).sum()
    loss.backward()
    return loss
opt.step(closure)
""",
        (),
    ),
    "a second derivative": (
        """x = torch.randn(3, requires_grad=True)
(g,) = torch.autograd.grad(x.pow(3).sum(), x, create_graph=True)
g.sum().backward()
""",
        (),
    ),
    "a second derivative without create_graph": (
        """x = torch.randn(3, requires_grad=True)
(g,) = torch.autograd.grad(x.pow(3).sum(), x)
g.sum().backward()
""",
        ("the loss has no graph: nothing that requires grad leads to it",),
    ),
    "grad of what the output does not use": (
        """x, z = torch.randn(3, requires_grad=True), torch.randn(3, requires_grad=True)
torch.autograd.grad(x.sum(), z)
""",
        ("train.py:4: a gradient was asked for a tensor that the output does not depend on",),
    ),
    "a checkpoint": (
        """from torch.utils.checkpoint import checkpoint
x = torch.randn(3, requires_grad=True)
checkpoint(lambda a: a.exp().sin(), x, use_reentrant=False).sum().backward()
""",
        (),
    ),
    "a reentrant checkpoint": (
        """from torch.utils.checkpoint import checkpoint
x = torch.randn(3, requires_grad=True)
checkpoint(lambda a: a.exp().sin(), x, use_reentrant=True).sum().backward()
""",
        (),
    ),
    "mixed precision": (
        """net = torch.nn.Linear(4, 2)
with torch.autocast("cpu", dtype=torch.bfloat16):
    loss = net(torch.randn(3, 4)).float().sum()
loss.backward()
""",
        (),
    ),
    "weights written under autocast between two backwards": (
        """net = torch.nn.Linear(4, 2)
with torch.autocast("cpu", dtype=torch.bfloat16):
    loss = net(torch.randn(3, 4)).float().sum()
loss.backward(retain_graph=True)
with torch.no_grad():
    net.weight.add_(1)
loss.backward()
""",
        (),
    ),
    "two optimizers": (
        """a, b = torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)
oa, ob = torch.optim.SGD(a.parameters(), 0.1), torch.optim.Adam(b.parameters())
loss = b(torch.tanh(a(torch.randn(3, 2)))).sum()
oa.zero_grad()
ob.zero_grad()
loss.backward()
oa.step()
ob.step()
""",
        (),
    ),
    "a ParameterList updated by hand": (
        """ws = torch.nn.ParameterList([torch.nn.Parameter(torch.ones(2)) for _ in range(2)])
y = torch.ones(2)
for w in ws:
    y = y * w
y.sum().backward()
with torch.no_grad():
    for w in ws:
        w -= 0.1 * w.grad
        w.grad = None
""",
        (),
    ),
    "weights written by hand between two backwards": (
        """w = torch.ones(2, requires_grad=True)
loss = (w * w).sum()
loss.backward(retain_graph=True)
w.data -= 0.1 * w.grad
loss.backward()
""",
        (
            (
                "MulBackward0.other saved train.py:4 v0; written by sub_ train.py:6, not counted: backward will use "
                "the wrong values silently"
            ),
            (
                "MulBackward0.self saved train.py:4 v0; written by sub_ train.py:6, not counted: backward will use "
                "the wrong values silently"
            ),
        ),
    ),
    "expand, then write": (
        """x = torch.randn(1, requires_grad=True)
y = (x * 1).expand(3)
y.add_(1)
""",
        (),
    ),
    "a row of a buffer a step": (
        """w = torch.randn(3, requires_grad=True)
out = torch.zeros(2, 3)
for t in range(2):
    out[t] = w * t
out.sum().backward()
""",
        (),
    ),
    "rows of a buffer that are read again": (
        """w = torch.randn(3, requires_grad=True)
out = torch.zeros(3, 3)
out[0] = w
for t in range(1, 3):
    out[t] = out[t - 1] * w
out.sum().backward()
""",
        (
            "MulBackward0.self saved train.py:7 v2; written by copy_ train.py:7 v2->v3",
            "MulBackward0.self saved train.py:7 v1; written by copy_ train.py:7 v1->v2, and 1 more write after it",
        ),
    ),
    "index_put_": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
y[torch.tensor([0, 2])] = 0.0
y.sum().backward()
""",
        ("ExpBackward0.result saved train.py:4 v0; written by index_put_ train.py:5 v0->v1",),
    ),
    "masked_fill_ of what exp saved": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
y.masked_fill_(y > 1, 0.0)
y.sum().backward()
""",
        ("ExpBackward0.result saved train.py:4 v0; written by masked_fill_ train.py:5 v0->v1",),
    ),
    "masked_fill_ of attention scores": (
        """q = torch.randn(2, 3, requires_grad=True)
scores = q @ q.t()
scores.masked_fill_(torch.eye(2, dtype=torch.bool), float("-inf"))
scores.softmax(-1).sum().backward()
""",
        (),
    ),
    "where out of place": (
        """x = torch.randn(4, requires_grad=True)
y = x.exp()
torch.where(y > 1, torch.zeros(()), y).sum().backward()
""",
        (),
    ),
    "clamp_ of a norm": (
        """x = torch.randn(4, requires_grad=True)
n = x.norm()
n.clamp_(min=1e-6)
(x / n).sum().backward()
""",
        ("LinalgVectorNormBackward0.result saved train.py:4 v0; written by clamp_ train.py:5 v0->v1",),
    ),
    "normalized in place": (
        """x = torch.randn(4, requires_grad=True)
h = x * 2
n = h.pow(2).sum().sqrt()
h.div_(n)
h.sum().backward()
""",
        ("PowBackward0.self saved train.py:5 v0; written by div_ train.py:6 v0->v1",),
    ),
    "zero_ of a state that was multiplied": (
        """w = torch.randn(3, requires_grad=True)
state = torch.ones(3)
loss = (w * state).sum()
state.zero_()
loss.backward()
""",
        ("MulBackward0.other saved train.py:5 v0; written by zero_ train.py:6 v0->v1",),
    ),
    "a batch that is loaded into one tensor": (
        """net = torch.nn.Linear(2, 1)
batch = torch.empty(3, 2)
total = 0
for step in range(2):
    batch.normal_()
    total = total + net(batch).sum()
total.backward()
""",
        ("AddmmBackward0.mat1 saved train.py:8 v1; written by normal_ train.py:7 v1->v2",),
    ),
    "an embedding renormalized": (
        """table = torch.nn.Embedding(4, 2, max_norm=1.0)
x = torch.tensor([0, 1])
loss = (table.weight[0] * table(x).sum(0)).sum()
loss.backward()
""",
        (),
    ),
    "gradients clipped": (
        """net = torch.nn.Linear(2, 1)
net(torch.ones(1, 2)).sum().backward()
torch.nn.utils.clip_grad_norm_(net.parameters(), 0.1)
""",
        (),
    ),
    "noise added to the input in place": (
        """w = torch.randn(2, 2, requires_grad=True)
x = torch.randn(3, 2)
y = x @ w
x += torch.randn(3, 2)
y.sum().backward()
""",
        ("MmBackward0.self saved train.py:5 v0; written by add_ train.py:6 v0->v1",),
    ),
    "sigmoid in place": (
        """x = torch.randn(3, requires_grad=True)
y = x * 2
y.sigmoid_()
y.sum().backward()
""",
        (),
    ),
    "a tensor resized by set_": (
        """x = torch.randn(3, requires_grad=True)
loss = x.exp().sum()
loss.backward()
""",
        (),
    ),
    "inference tensors saved": (
        """with torch.inference_mode():
    h = torch.ones(3)
w = torch.randn(3, requires_grad=True)
(w * h).sum().backward()
""",
        ("train.py:6: a tensor made under inference_mode was used where gradients are recorded",),
    ),
    "a policy gradient kept over episodes": (
        """w = torch.randn(2, requires_grad=True)
total = torch.zeros(())
for episode in range(2):
    total = total + (w.sigmoid() * 2).sum()
    total.backward()
""",
        ("MulBackward0.other saved train.py:6; freed by the backward train.py:7",),
    ),
    "a loss summed for a log": (
        """w = torch.randn(2, requires_grad=True)
log = 0.0
for step in range(2):
    loss = w.pow(2).sum()
    loss.backward()
    log += loss.item()
""",
        (),
    ),
}
"""By what it does: the lines after the first two, and what is found."""
