"""The gradient-trained twin of experiments/mnist-conv.yaml and fashion-conv.yaml: the same network by Adam on cross-entropy, in torch.

    python3 experiments/twins/convolution.py FOLDER [epochs] [filters] [seed]

FOLDER holds the four idx files of MNIST or Fashion-MNIST, compressed or not. Prints test accuracy after every epoch.
"""
import glob, gzip, sys, time
import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F


def read(folder, name):
    path = sorted(glob.glob(f'{folder}/*{name}*'))[0]
    data = (gzip.open if path.endswith('.gz') else open)(path, 'rb').read()
    extents = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], 'big') for i in range(data[3])]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(extents)


folder = sys.argv[1]
epochs, filters, seed = [int(value) for value in sys.argv[2:5] + ['10', '16', '1'][len(sys.argv) - 2:]]
torch.manual_seed(seed)
torch.set_num_threads(1)
x, xt = [torch.tensor(read(folder, f'{part}-images')[:, None].astype('f4') / 255) for part in ('train', 't10k')]
y, yt = [torch.tensor(read(folder, f'{part}-labels').astype('i8')) for part in ('train', 't10k')]
net = nn.Sequential(
    nn.Conv2d(1, filters, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(filters, 2 * filters, 3, stride=2), nn.ReLU(),
    nn.Flatten(), nn.Linear(2 * filters * 25, 10),
)
optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
began = time.time()
for epoch in range(epochs):
    order = torch.randperm(len(x))
    for at in range(0, len(x), 128):
        rows = order[at:at + 128]
        optimiser.zero_grad()
        F.cross_entropy(net(x[rows]), y[rows]).backward()
        optimiser.step()
    with torch.no_grad():
        right = sum((net(xt[at:at + 1000]).argmax(1) == yt[at:at + 1000]).sum().item() for at in range(0, len(xt), 1000))
    print(f'epoch {epoch + 1}: test accuracy {right / len(xt):.4f}, {time.time() - began:.0f} s', flush=True)
