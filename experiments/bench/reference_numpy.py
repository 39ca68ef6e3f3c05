"""Algorithm 1 of Taylor et al. 2016 in numpy, a whole matrix at a time: ReLU, hinge, no bias; samples are rows.

    OPENBLAS_NUM_THREADS=1 python3 reference_numpy.py FOLDER printed|closed

`printed`: every line of Algorithm 1 as the paper has it: a+ by the normal equations of the layer's inputs, Eq. 6, and
the two candidates of z. `closed`: the same iterates by the shortcuts of nograd: the Gram matrix of the data once for all
sweeps, Eq. 6 by the smaller system, z by a threshold.
"""

import sys

import numpy as np
from reference import Problem, serve

problem = Problem(sys.argv[1])
closed = sys.argv[2] == "closed"
gamma, beta, layers = problem.gamma, problem.beta, problem.layers
x, y, z = problem.x, problem.y, problem.z
a = [None] * (layers - 1)
W = [np.zeros((out, into), np.float32) for into, out in zip(problem.sizes, problem.sizes[1:])]
lam = np.zeros_like(z[-1])
gram_x = x.T @ x if closed else None
sweeps = 0


def weights(z, a, gram):
    """W = z a+."""
    return np.linalg.solve(gram.astype("f8"), (a.T @ z).astype("f8")).T.astype("f4")


def inputs_printed(V, z_next, h):
    """(beta V'V + gamma I)^-1 (beta V'z + gamma h)"""
    system = beta * V.T @ V + gamma * np.eye(V.shape[1], dtype="f4")
    return (beta * z_next @ V + gamma * h) @ np.linalg.inv(system)


def inputs_closed(V, z_next, h):
    """h + beta V' (beta V V' + gamma I)^-1 (z - V h)"""
    system = beta * V @ V.T + gamma * np.eye(V.shape[0], dtype="f4")
    return h + (z_next - h @ V.T) @ np.linalg.solve(system, beta * V)


def relu_printed(a, m):
    """The better one of min(0, m) and max(0, (gamma a + beta m) / (gamma + beta))."""
    low = np.minimum(m, 0)
    high = np.maximum((gamma * a + beta * m) / (gamma + beta), 0)
    cost_low = gamma * a**2 + beta * (low - m) ** 2
    cost_high = gamma * (a - high) ** 2 + beta * (high - m) ** 2
    return np.where(cost_low < cost_high, low, high)


def relu_closed(a, m):
    """The same by a threshold."""
    k = np.float32(np.sqrt((gamma + beta) / beta) - 1)
    pull = gamma / (gamma + beta)
    high = np.maximum(pull * a + (1 - pull) * m, 0)
    return np.where(m < np.minimum(-k * a, 0), m, high)


def output(y, m, lam):
    """argmin hinge(z, y) + lambda z + beta (z - m)^2"""
    half = 1 / (2 * beta)
    v = m - lam * half
    return np.where(y == 1, np.maximum(v, np.minimum(1, v + half)), np.minimum(v, np.maximum(0, v - half)))


inputs = inputs_closed if closed else inputs_printed
relu = relu_closed if closed else relu_printed


def sweep():
    global lam, sweeps
    before, gram = x, gram_x if closed else x.T @ x
    for l in range(layers - 1):
        W[l] = weights(z[l], before, gram)
        a[l] = inputs(W[l + 1], z[l + 1], np.maximum(z[l], 0))
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
        forward = np.maximum(forward @ w.T, 0)
    return forward @ W[-1].T


serve(sweep, lambda: W, predict, y)
