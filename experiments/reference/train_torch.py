"""Trains a network of dense layers with torch: cross-entropy, the default start values, all samples resident.

    python3 train_torch.py FOLDER

A minibatch is an index into the tensors. Records come after a share of an epoch, or after an iteration of L-BFGS.
"""

import sys
import zlib

import torch
from torch import nn
from torch.nn import functional

from problem import Problem, records

problem = Problem(sys.argv[1])
torch.set_num_threads(problem.threads)
torch.manual_seed(zlib.crc32(str(problem.seed).encode()))
options = problem.options
activations = {
    "relu": nn.ReLU, "tanh": nn.Tanh, "hard-tanh": nn.Hardtanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU, "silu": nn.SiLU,
}
sizes = [problem.features, *problem.hidden, problem.outputs]
layers = [nn.Linear(into, out) for into, out in zip(sizes, sizes[1:])]
activation = activations[problem.activation]
net = nn.Sequential(*(part for layer in layers[:-1] for part in (layer, activation())), layers[-1])
binary = problem.outputs == 1
criterion = functional.binary_cross_entropy_with_logits if binary else functional.cross_entropy
data = {
    name: (torch.from_numpy(x), torch.from_numpy(y) if binary else torch.from_numpy(y.argmax(1)))
    for name, (x, y) in problem.parts.items()
}
x, y = data["train"]


def loss_on(inputs, targets):
    net.zero_grad(set_to_none=True)
    loss = criterion(net(inputs), targets)
    loss.backward()
    return loss


def minibatches(optimiser):
    share = options.get("epochs", 1)
    done = 0
    while True:
        batches = torch.randperm(len(x)).split(options.get("batch", 128))
        wanted = max(1, round(len(batches) * share))
        for batch in batches:
            loss_on(x[batch], y[batch])
            optimiser.step()
            done += 1
            if done % wanted == 0:
                yield True


def full_batches(optimiser):
    known = None

    def closure():
        """Every iteration begins where the last one has mostly been already: loss and gradient are not computed anew."""
        nonlocal known
        here = nn.utils.parameters_to_vector(net.parameters()).detach()
        if known is None or not torch.equal(here, known[0]):
            known = here, loss_on(x, y).detach()
        return known[1]

    while True:
        optimiser.step(closure)
        yield True


def score():
    scores = {}
    for name, (inputs, targets) in data.items():
        with torch.no_grad():
            said = net(inputs)
        right = (said > 0) == (targets == 1) if binary else said.argmax(1) == targets
        scores[name] = {"loss": criterion(said, targets).item(), "accuracy": right.float().mean().item()}
    return scores


def steps():
    if problem.method == "adam":
        return minibatches(torch.optim.Adam(net.parameters(), lr=options.get("rate", 1e-3)))
    if problem.method == "sgd":
        return minibatches(torch.optim.SGD(net.parameters(), lr=options.get("rate", 0.1), momentum=0.9))
    memory = options.get("memory", 10)
    return full_batches(
        torch.optim.LBFGS(net.parameters(), max_iter=1, history_size=memory, line_search_fn="strong_wolfe")
    )


records(steps(), score)
