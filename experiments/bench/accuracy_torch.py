"""CPU time of torch until a network reaches an accuracy on the test samples: ReLU, cross-entropy, one thread.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python3 accuracy_torch.py FOLDER adam|sgd|lbfgs SEED

All samples are resident tensors, and a minibatch is an index into them. Evaluation is not timed: after every quarter of
an epoch, and after every iteration of L-BFGS.
"""

import json
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
folder, method, seed = sys.argv[1:]
torch.manual_seed(int(seed))
with open(f"{folder}/problem.json") as file:
    given = json.load(file)
sizes = given["sizes"]
classes = sizes[-1]
batch_size = 128


def read(name, columns):
    return torch.from_numpy(numpy.fromfile(f"{folder}/{name}.f32", numpy.float32)).reshape(-1, columns)


def labels(name):
    """Class numbers; of two classes the 0/1 targets themselves."""
    targets = read(name, classes)
    return targets if classes == 1 else targets.argmax(1)


x, y, x_test, y_test = read("x", sizes[0]), labels("y"), read("x-test", sizes[0]), labels("y-test")
criterion = functional.binary_cross_entropy_with_logits if classes == 1 else functional.cross_entropy
layers = [nn.Linear(into, out) for into, out in zip(sizes, sizes[1:])]
net = nn.Sequential(*(part for layer in layers[:-1] for part in (layer, nn.ReLU())), layers[-1])


def loss_on(inputs, targets):
    """The mean loss, whose gradient is left in the parameters."""
    net.zero_grad(set_to_none=True)
    loss = criterion(net(inputs), targets)
    loss.backward()
    return loss


def minibatches(optimiser):
    """Trains for ever, a quarter of an epoch at a time."""
    epochs = 0
    while True:
        batches = torch.randperm(len(x)).split(batch_size)
        for quarter in range(1, 5):
            for batch in batches[len(batches) * (quarter - 1) // 4 : len(batches) * quarter // 4]:
                loss_on(x[batch], y[batch])
                optimiser.step()
            yield epochs + quarter / 4
        epochs += 1


def full_batches(optimiser):
    """Trains for ever, one iteration at a time."""
    known = None

    def closure():
        """Every iteration begins where the last one has mostly been already: loss and gradient are not computed anew."""
        nonlocal known
        here = nn.utils.parameters_to_vector(net.parameters()).detach()
        if known is None or not torch.equal(here, known[0]):
            known = here, loss_on(x, y).detach()
        return known[1]

    iterations = 0
    while True:
        optimiser.step(closure)
        iterations += 1
        yield iterations


def score():
    with torch.no_grad():
        said = net(x_test)
    right = (said > 0) == (y_test == 1) if classes == 1 else said.argmax(1) == y_test
    return right.float().mean().item()


def train():
    """What trains, and how many passes it may take."""
    if method == "adam":
        return minibatches(torch.optim.Adam(net.parameters(), lr=1e-3)), given["epochs"]
    if method == "sgd":
        return minibatches(torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)), given["epochs"]
    lbfgs = torch.optim.LBFGS(net.parameters(), max_iter=1, history_size=10, line_search_fn="strong_wolfe")
    return full_batches(lbfgs), given["iterations"]


training, most = train()
seconds, passes, best = 0.0, 0, 0.0
while best < given["target"] and seconds < given["seconds"] and passes < most:
    began = time.process_time()
    passes = next(training)
    seconds += time.process_time() - began
    best = max(best, score())
print(json.dumps({"seconds": seconds, "passes": passes, "accuracy": best}))
