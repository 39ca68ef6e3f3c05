import type { Model } from '../../../core/index.ts';

/** A step of a sequence, or a state. */
export type Vector = readonly number[];

/** $h(U x + V s + b)$ with ReLU, number by number, for the weights of that name. */
function step(model: Model, name: string, x: Vector, state: Vector): number[] {
  const { graph, weights } = model.network;
  const group = graph.groups.find((each) => each.name === name)!;
  const { inputs, outputs, biases = 0 } = group.layer;
  const w = weights[group.index]!;
  const read = [...x, ...state].slice(0, inputs);
  return Array.from({ length: outputs }, (_, unit) => {
    let sum = biases > 0 ? w[outputs * inputs + unit]! : 0;
    for (let i = 0; i < inputs; i++) sum += w[unit * inputs + i]! * read[i]!;
    return sum;
  });
}

/** All states of an Elman network over a sequence, in the order in which it is read. */
export function naiveStates(model: Model, name: string, sequence: readonly Vector[]): Vector[] {
  const { layer } = model.network.graph.groups.find((each) => each.name === name)!;
  let state: Vector = Array.from({ length: layer.outputs }, () => 0);
  return sequence.map((x) => (state = step(model, name, x, state).map((z) => Math.max(z, 0))));
}

/** The outputs of a dense layer. */
export const naiveDense = (model: Model, name: string, x: Vector): Vector => step(model, name, x, []);
