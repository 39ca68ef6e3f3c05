"""What the references share: the problem, which they read from files, and the talk with the benchmark."""

import base64
import json
import sys
import time

import numpy


class Problem:
    """A chain of dense layers and its samples, as `references.ts` writes them. Samples are rows."""

    def __init__(self, folder):
        with open(f"{folder}/problem.json") as file:
            given = json.load(file)
        self.sizes = given["sizes"]
        self.gamma = given["gamma"]
        self.beta = given["beta"]
        self.warm_sweeps = given["warmSweeps"]
        self.layers = len(self.sizes) - 1
        read = lambda name: numpy.fromfile(f"{folder}/{name}.f32", numpy.float32)
        self.x = read("x").reshape(-1, self.sizes[0])
        self.y = read("y").reshape(-1, 1)
        self.z = [read(f"z{layer}").reshape(-1, size) for layer, size in enumerate(self.sizes[1:])]


def serve(sweep, weights, predict, y):
    """One sweep for every line on standard input, and a line about it on standard output."""
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        sweep()
        seconds = time.perf_counter() - began
        flat = numpy.concatenate([w.ravel() for w in weights()]).astype("<f4")
        accuracy = float(numpy.mean((predict() >= 0.5) == (y == 1)))
        told = {"seconds": seconds, "accuracy": accuracy, "weights": base64.b64encode(flat.tobytes()).decode()}
        print(json.dumps(told), flush=True)
