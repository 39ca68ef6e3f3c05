"""The gradient-trained twins of the recurrent experiments: the same networks by Adam on cross-entropy, in torch.

    python3 experiments/twins/recurrent.py pendigits|vowels|mnist-rows|char FOLDER [epochs] [seed]

FOLDER holds the files of the task: pendigits.tra and .tes, JapaneseVowels_TRAIN.ts and _TEST.ts, the four idx files of MNIST, or
tinyshakespeare.txt; compressed or not. Prints the accuracy on test samples (of `char`, on the last tenth of the text) after
every epoch. Batches of 128 (of 16 for `vowels`), step length 1e-3, norms of gradients cut at 1, one thread.
"""
import glob
import gzip
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

task, folder = sys.argv[1:3]
epochs, seed = [int(value) for value in sys.argv[3:5] + ["20", "1"][len(sys.argv) - 3 :]]
torch.manual_seed(seed)
torch.set_num_threads(1)


def content(name):
    path = sorted(glob.glob(f"{folder}/*{name}*"))[0]
    return (gzip.open if path.endswith(".gz") else open)(path, "rb").read()


def idx(name):
    data = content(name)
    extents = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(extents)


def series(name):
    """Sequences (steps x features) and labels of a .ts file."""
    lines = content(name).decode().split("@data")[1].split()
    rows = [line.split(":") for line in lines]
    return [numpy.array([[float(v) for v in part.split(",")] for part in row[:-1]], "f4").T for row in rows], [
        int(row[-1]) - 1 for row in rows
    ]


def pendigits():
    def read(name):
        table = numpy.array([[float(v) for v in line.split(",")] for line in content(name).decode().split("\n") if line])
        return table[:, :16].astype("f4").reshape(-1, 8, 2) / 50 - 1, table[:, 16].astype("i8")

    return read("pendigits.tra"), read("pendigits.tes")


def vowels():
    train, test = series("TRAIN"), series("TEST")
    every = numpy.concatenate(train[0])
    steps = max(len(each) for each in train[0] + test[0])

    def padded(sequences, labels):
        x = numpy.full((len(sequences), steps, every.shape[1]), numpy.nan, "f4")
        for row, each in enumerate(sequences):
            x[row, steps - len(each) :] = (each - every.mean(0)) / every.std(0)
        return x, numpy.array(labels)

    return padded(*train), padded(*test)


def mnist_rows():
    return [(idx(f"{part}-images").astype("f4") / 255, idx(f"{part}-labels").astype("i8")) for part in ("train", "t10k")]


def char(steps=25, windows=20000):
    text = content("tinyshakespeare").decode()
    known = sorted(set(text))
    codes = numpy.array([known.index(each) for each in text])
    one_hot = numpy.eye(len(known), dtype="f4")

    def cut(part, count):
        count = min(count, (len(part) - 1) // steps)
        at = numpy.arange(count)[:, None] * steps + numpy.arange(steps)
        return one_hot[part[at]], part[at + 1]

    last = len(codes) - len(codes) // 10
    return cut(codes[:last], windows), cut(codes[last:], windows)


class Elman(nn.Module):
    """ReLU states, an orthogonal start, one or two directions; NaN steps in front are absent."""

    def __init__(self, features, units, classes, both, every):
        super().__init__()
        self.every = every
        self.cells = nn.ModuleList(nn.Linear(features + units, units) for _ in range(1 + both))
        self.out = nn.Linear(units * (1 + both), classes)
        for cell in self.cells:
            nn.init.orthogonal_(cell.weight.data[:, features:])
            nn.init.normal_(cell.weight.data[:, :features], std=(2 / features) ** 0.5)
            nn.init.zeros_(cell.bias)

    def chain(self, cell, x, there):
        state = x.new_zeros(len(x), cell.out_features)
        states = []
        for t in range(x.shape[1]):
            new = functional.relu(cell(torch.cat([x[:, t], state], 1)))
            state = torch.where(there[:, t, None], new, state)
            states.append(state)
        return torch.stack(states, 1) if self.every else state

    def forward(self, x):
        there = ~torch.isnan(x[:, :, 0])
        x = torch.nan_to_num(x)
        ways = [(x, there), (x.flip(1), there.flip(1))]
        return self.out(torch.cat([self.chain(cell, *way) for cell, way in zip(self.cells, ways)], -1))


(x, y), (x_test, y_test) = [
    [torch.tensor(numpy.ascontiguousarray(each)) for each in part]
    for part in {"pendigits": pendigits, "vowels": vowels, "mnist-rows": mnist_rows, "char": char}[task]()
]
units = {"vowels": 64}.get(task, 128)
net = Elman(x.shape[2], units, int(y.max()) + 1, task == "vowels", task == "char")
optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
size = 16 if task == "vowels" else 128
began = time.process_time()
for epoch in range(epochs):
    for batch in torch.randperm(len(x)).split(size):
        optimiser.zero_grad()
        functional.cross_entropy(net(x[batch]).flatten(0, -2), y[batch].flatten()).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
    with torch.no_grad():
        right = sum(
            (net(x_test[rows]).argmax(-1) == y_test[rows]).sum().item() for rows in torch.arange(len(x_test)).split(1000)
        )
    seconds = time.process_time() - began
    print(f"epoch {epoch + 1}: test accuracy {right / y_test.numel():.4f}, {seconds:.0f} s", flush=True)
