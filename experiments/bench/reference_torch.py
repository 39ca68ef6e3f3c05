"""Algorithm 1 of Taylor et al. 2016 in torch on one thread, a whole matrix at a time: ReLU, hinge, no bias; samples are rows.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python3 reference_torch.py FOLDER printed|closed

`printed`: every line of Algorithm 1 as the paper has it: a+ by the normal equations of the layer's inputs, Eq. 6, and
the two candidates of z. `closed`: the same iterates by the shortcuts of nograd: the Gram matrix of the data once for all
sweeps, Eq. 6 by the smaller system, z by a threshold.
"""

import sys

import torch
from reference import Problem, serve

torch.set_num_threads(1)
torch.set_grad_enabled(False)

problem = Problem(sys.argv[1])
closed = sys.argv[2] == "closed"
gamma, beta, layers = problem.gamma, problem.beta, problem.layers
x, y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)
z = [torch.from_numpy(start) for start in problem.z]
a = [None] * (layers - 1)
W = [torch.zeros(out, into) for into, out in zip(problem.sizes, problem.sizes[1:])]
lam = torch.zeros_like(z[-1])
gram_x = x.T @ x if closed else None
sweeps = 0


def weights(z, a, gram):
    """W = z a+."""
    return torch.linalg.solve(gram.double(), (a.T @ z).double()).T.float()


def inputs_printed(V, z_next, h):
    """(beta V'V + gamma I)^-1 (beta V'z + gamma h)"""
    system = beta * V.T @ V + gamma * torch.eye(V.shape[1])
    return (beta * z_next @ V + gamma * h) @ torch.linalg.inv(system)


def inputs_closed(V, z_next, h):
    """h + beta V' (beta V V' + gamma I)^-1 (z - V h)"""
    system = beta * V @ V.T + gamma * torch.eye(V.shape[0])
    return h + (z_next - h @ V.T) @ torch.linalg.solve(system, beta * V)


def relu_printed(a, m):
    """The better one of min(0, m) and max(0, (gamma a + beta m) / (gamma + beta))."""
    low = m.clamp(max=0)
    high = ((gamma * a + beta * m) / (gamma + beta)).clamp(min=0)
    cost_low = gamma * a**2 + beta * (low - m) ** 2
    cost_high = gamma * (a - high) ** 2 + beta * (high - m) ** 2
    return torch.where(cost_low < cost_high, low, high)


def relu_closed(a, m):
    """The same by a threshold."""
    k = ((gamma + beta) / beta) ** 0.5 - 1
    pull = gamma / (gamma + beta)
    high = (pull * a + (1 - pull) * m).clamp(min=0)
    return torch.where(m < (-k * a).clamp(max=0), m, high)


def output(y, m, lam):
    """argmin hinge(z, y) + lambda z + beta (z - m)^2"""
    half = 1 / (2 * beta)
    v = m - lam * half
    upwards = torch.maximum(v, (v + half).clamp(max=1))
    return torch.where(y == 1, upwards, torch.minimum(v, (v - half).clamp(min=0)))


inputs = inputs_closed if closed else inputs_printed
relu = relu_closed if closed else relu_printed


def sweep():
    global lam, sweeps
    before, gram = x, gram_x if closed else x.T @ x
    for l in range(layers - 1):
        W[l] = weights(z[l], before, gram)
        a[l] = inputs(W[l + 1], z[l + 1], z[l].clamp(min=0))
        z[l] = relu(a[l], before @ W[l].T)
        before, gram = a[l], a[l].T @ a[l]
    W[-1] = weights(z[-1], before, gram)
    m = before @ W[-1].T
    z[-1] = output(y, m, lam)
    if sweeps >= problem.warm_sweeps:
        lam = lam + beta * (z[-1] - m)
    sweeps += 1


def predict():
    forward = x
    for w in W[:-1]:
        forward = (forward @ w.T).clamp(min=0)
    return (forward @ W[-1].T).numpy()


serve(sweep, lambda: [w.numpy() for w in W], predict, problem.y)
