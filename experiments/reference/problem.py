"""The problem that nograd has written into a folder, and the records that it reads on standard output."""

import json
import time

import numpy


class Problem:
    def __init__(self, folder):
        with open(f"{folder}/problem.json") as file:
            given = json.load(file)
        self.method, self.options, self.seed = given["method"], given["options"], given["seed"]
        self.threads = given["threads"]
        self.hidden = [layer["units"] for layer in given["layers"][:-1]]
        self.activation = given["layers"][0].get("activation", "relu")
        self.parts = {}
        for name, sizes in given["data"].items():
            shape = sizes["samples"], -1
            x = numpy.fromfile(f"{folder}/{name}-x.f32", numpy.float32).reshape(shape)
            y = numpy.fromfile(f"{folder}/{name}-y.f32", numpy.float32).reshape(shape)
            self.parts[name] = x, y
        self.features = given["data"]["train"]["features"]
        self.outputs = given["data"]["train"]["targets"]


def records(steps, score):
    """Runs steps for ever; prints a record after each, with the seconds spent in steps alone."""
    seconds, sweep = 0.0, 0
    while True:
        began = time.perf_counter()
        if next(steps, None) is None:
            return
        seconds += time.perf_counter() - began
        sweep += 1
        print(json.dumps({"sweep": sweep, "totalSeconds": seconds, **score()}), flush=True)
