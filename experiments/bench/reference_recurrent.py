"""Forward and backward pass of an Elman network in torch, on one thread: one epoch of SGD for every line read.

    python3 reference_recurrent.py FOLDER

nn.RNN is torch's own kernel for the whole sequence; batches are as large as nograd's chunks.
"""
import json
import sys
import time

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
folder = sys.argv[1]
with open(f"{folder}/problem.json") as file:
    problem = json.load(file)
samples, batch = problem["samples"], problem["batch"]
x = torch.from_numpy(numpy.fromfile(f"{folder}/x.f32", "f4").reshape(samples, problem["steps"], problem["features"]))
y = torch.from_numpy(numpy.fromfile(f"{folder}/y.f32", "f4").reshape(samples, -1))
chain = nn.RNN(problem["features"], problem["units"], nonlinearity="relu", batch_first=True)
nn.init.orthogonal_(chain.weight_hh_l0)
out = nn.Linear(problem["units"], y.shape[1])
optimiser = torch.optim.SGD([*chain.parameters(), *out.parameters()], lr=0.01)


def outputs(rows):
    return out(chain(x[rows])[0][:, -1])


print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    for at in range(0, samples, batch):
        rows = slice(at, at + batch)
        optimiser.zero_grad()
        ((outputs(rows) - y[rows]) ** 2).sum(1).mean().backward()
        optimiser.step()
    seconds = time.perf_counter() - began
    with torch.no_grad():
        parts = [slice(at, at + batch) for at in range(0, samples, batch)]
        right = sum((outputs(rows).argmax(1) == y[rows].argmax(1)).sum().item() for rows in parts)
    print(json.dumps({"seconds": seconds, "accuracy": right / samples, "weights": ""}), flush=True)
