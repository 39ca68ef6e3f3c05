"""The Higgs network 28-300-1 by Adam in torch, on the events that the tables of nograd are judged by.

usage: python3 experiments/twins/higgs.py FOLDER [SEEDS]

Batches of 128, step length 0.001, cross-entropy, 20 epochs; prints test accuracy at the best epoch and after the last.
"""

import gzip
import sys

import numpy as np
import torch

EPOCHS, BATCH, KEPT = 20, 128, 5000


def accuracies(train, test, seed):
    torch.manual_seed(seed)
    mean, deviation = train[:, 1:].mean(0), train[:, 1:].std(0)
    x, xt = (torch.tensor((part[:, 1:] - mean) / deviation) for part in (train, test))
    y, yt = (torch.tensor(part[:, 0]) for part in (train, test))
    network = torch.nn.Sequential(torch.nn.Linear(28, 300), torch.nn.ReLU(), torch.nn.Linear(300, 1))
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    found = []
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimiser.zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(network(x[batch])[:, 0], y[batch])
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            found.append(((network(xt)[:, 0] > 0).float() == yt).float().mean().item())
    return found


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    with gzip.open(f"{sys.argv[1]}/higgs-train.csv.gz", "rt") as file:
        events = np.loadtxt(file, delimiter=",", dtype=np.float32, skiprows=1)
    for seed in range(1, int(sys.argv[2] if len(sys.argv) > 2 else 3) + 1):
        found = accuracies(events[:-KEPT], events[-KEPT:], seed)
        drawn = np.random.default_rng(seed).permutation(len(events))
        other = accuracies(events[drawn[:-KEPT]], events[drawn[-KEPT:]], seed)
        for name, epochs in (("last events", found), ("drawn events", other)):
            print(f"seed {seed}, {name}: best {100 * max(epochs):.2f} %, last {100 * epochs[-1]:.2f} %", flush=True)


if __name__ == "__main__":
    main()
