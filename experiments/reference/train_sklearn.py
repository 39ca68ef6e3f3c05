"""Trains scikit-learn's MLPClassifier an epoch at a time by partial_fit, with its Adam and no penalty on weights.

    python3 train_sklearn.py FOLDER
"""

import sys
import zlib

import numpy
from sklearn.neural_network import MLPClassifier

from problem import Problem, records

problem = Problem(sys.argv[1])
options = problem.options
names = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}
net = MLPClassifier(
    problem.hidden,
    activation=names[problem.activation],
    alpha=0,
    batch_size=options.get("batch", 128),
    learning_rate_init=options.get("rate", 1e-3),
    random_state=zlib.crc32(str(problem.seed).encode()),
)
data = {name: (x, y[:, 0] if problem.outputs == 1 else y.argmax(1)) for name, (x, y) in problem.parts.items()}
x, y = data["train"]
classes = numpy.unique(y)


def epochs():
    while True:
        net.partial_fit(x, y, classes)
        yield True


def score():
    def scored(inputs, targets):
        chances = net.predict_proba(inputs)
        right = classes[chances.argmax(1)] == targets
        own = chances[numpy.arange(len(targets)), numpy.searchsorted(classes, targets)]
        return {"loss": float(-numpy.log(numpy.maximum(own, 1e-10)).mean()), "accuracy": float(right.mean())}

    return {name: scored(*part) for name, part in data.items()}


records(epochs(), score)
