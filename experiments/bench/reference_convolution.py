"""Forward and backward pass of a convolutional network in torch, on one thread: one epoch of SGD for every line read."""
import json, sys, time
import numpy
import torch
import torch.nn as nn

torch.set_num_threads(1)
torch.manual_seed(1)
folder = sys.argv[1]
problem = json.load(open(f'{folder}/problem.json'))
side, samples, batch = problem['side'], problem['samples'], problem['batch']
x = torch.from_numpy(numpy.fromfile(f'{folder}/x.f32', 'f4').reshape(samples, 1, side, side))
y = torch.from_numpy(numpy.fromfile(f'{folder}/y.f32', 'f4').reshape(samples, -1))

modules, channels, width = [], 1, side
for layer in problem['layers']:
    modules += [nn.Conv2d(channels, layer['filters'], layer['kernel'], padding=layer['kernel'] // 2), nn.ReLU(), nn.MaxPool2d(layer['pool'])]
    channels, width = layer['filters'], width // layer['pool']
net = nn.Sequential(*modules, nn.Flatten(), nn.Linear(channels * width * width, y.shape[1]))
optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
print('ready', flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    for at in range(0, samples, batch):
        optimiser.zero_grad()
        ((net(x[at:at + batch]) - y[at:at + batch]) ** 2).sum(1).mean().backward()
        optimiser.step()
    seconds = time.perf_counter() - began
    with torch.no_grad():
        right = sum((net(x[at:at + batch]).argmax(1) == y[at:at + batch].argmax(1)).sum().item() for at in range(0, samples, batch))
    print(json.dumps({'seconds': seconds, 'accuracy': right / samples, 'weights': ''}), flush=True)
