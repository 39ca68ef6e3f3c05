import * as fc from 'fast-check';
import { absolute, hardSigmoid, leakyReluWith, relu } from '../../activations/index.ts';
import {
  block,
  GraphBuilder,
  Network,
  random,
  residentData,
  typedArrays,
  zeros,
  type ActivationSolver,
  type DataSource,
  type Node,
  type OutputSolver,
  type Precision,
  type SchemeServices,
  type Source,
} from '../../core/index.ts';
import { mlMatrix } from '../../extensions/ml-matrix/index.ts';
import { DenseLayer } from '../../layers/dense.ts';
import { hinge, squared } from '../../layers/losses/index.ts';
import { he } from '../../layers/initialisers/index.ts';
import { servicesFor } from '../laws/scheme-problem.ts';

/** A node as data, so that fast-check can print and shrink the network it belongs to. */
export interface NodePlan {
  readonly name: string;
  readonly parents: readonly string[];
  readonly inputs: number;
  readonly units: number;
  readonly bias: boolean;
  readonly weights: string;
  /** Name of an activation, or of a loss. */
  readonly head: string;
  /** Name of the source that the node is there with. Default: it is always there. */
  readonly presence?: string | undefined;
}

/** A network as data: sources are column ranges of the data rows. */
export interface NetworkPlan {
  readonly inputs: number;
  readonly sources: readonly SourcePlan[];
  readonly nodes: readonly NodePlan[];
  /** Names for the first of some nodes that a sample has. */
  readonly firsts?: Readonly<Record<string, readonly string[]>>;
}

/** Columns of the data rows under a name. */
export interface SourcePlan {
  readonly name: string;
  readonly from: number;
  readonly size: number;
  /** Whether it is absent from some samples. */
  readonly optional?: boolean;
}

const activations: Readonly<Record<string, ActivationSolver>> = {
  relu,
  absolute,
  'hard-sigmoid': hardSigmoid,
  leaky: leakyReluWith(0.1),
};
const losses: Readonly<Record<string, OutputSolver>> = { hinge, squared };

/** The linear algebra of the tests. */
export const linearAlgebra = typedArrays(mlMatrix);

/** A dense layer on it. */
export const dense = (inputs: number, outputs: number, bias = false): DenseLayer =>
  new DenseLayer(inputs, outputs, bias, { linearAlgebra });

/** Builds the network of a plan. */
export function networkOf(
  { inputs, sources, nodes, firsts = {} }: NetworkPlan,
  precision: Precision = 'float64',
): Network {
  const graph = new GraphBuilder(inputs);
  for (const { name, size, from, optional } of sources) graph.source(name, [size], from, optional);
  for (const { name, parents, inputs: width, units, bias, weights, head, presence: given } of nodes) {
    parents.filter((parent) => parent in firsts).forEach((parent) => graph.firstOf(parent, firsts[parent]!));
    const presence = given === undefined ? undefined : (graph.find(given) as Source);
    const activation = activations[head];
    const ends = activation === undefined ? { loss: losses[head]! } : { activation };
    graph.node({ name, parents, weights, presence, layer: dense(width, units, bias), ...ends });
  }
  return new Network(graph.build(), precision);
}

interface NodeDraw {
  readonly parents: readonly number[];
  readonly units: number;
  readonly bias: boolean;
  readonly activation: string;
  readonly loss: string;
  readonly ends: boolean;
  readonly tied: boolean;
  readonly absent: boolean;
}

const nodeDraw: fc.Arbitrary<NodeDraw> = fc.record({
  parents: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 3 }),
  units: fc.integer({ min: 1, max: 2 }),
  bias: fc.boolean(),
  activation: fc.constantFrom(...Object.keys(activations)),
  loss: fc.constantFrom(...Object.keys(losses)),
  ends: fc.integer({ min: 0, max: 4 }).map((share) => share === 0),
  tied: fc.boolean(),
  absent: fc.boolean(),
});

/** Parents come before readers; the last node is an output and reads whatever nothing else reads. */
function planOf(inputs: number, sources: NetworkPlan['sources'], draws: readonly NodeDraw[]): NetworkPlan {
  const nodes: NodePlan[] = [];
  const sizes = new Map(sources.map(({ name, size }) => [name, size]));
  draws.forEach((draw, index) => {
    const names = [...sizes.keys()];
    const isLast = index === draws.length - 1;
    const idle = nodes.filter(({ name }) => sizes.has(name) && !nodes.some(({ parents }) => parents.includes(name)));
    const wanted = draw.parents.map((choice) => names[choice % names.length]!);
    const partial = sources.filter(({ optional }) => optional === true).map(({ name: source }) => source);
    const presence = partial.find((source) => wanted.includes(source)) ?? (draw.absent ? partial[0] : undefined);
    const readable = wanted.filter((source) => source === presence || !partial.includes(source));
    const parents = [...new Set([...readable, ...(isLast ? idle.map(({ name }) => name) : [])])];
    if (parents.length === 0) parents.push(sources.find(({ optional }) => optional !== true)!.name);
    const width = parents.reduce((sum, name) => sum + sizes.get(name)!, 0);
    const head = isLast || draw.ends ? draw.loss : draw.activation;
    const isHidden = head in activations;
    const twin = nodes.find((node) => draw.tied && node.inputs === width && node.head in activations === isHidden);
    const { units, bias, weights } = twin ?? { ...draw, weights: `w${index}` };
    const name = `n${index}`;
    nodes.push({ name, parents, inputs: width, units, bias, weights, head, ...(presence && { presence }) });
    if (isHidden) sizes.set(name, units);
  });
  return { inputs, sources, nodes };
}

/** Networks with several parents, readers, sources and outputs, and with tied weights. */
export const anyNetwork: fc.Arbitrary<NetworkPlan> = fc
  .record({
    inputs: fc.integer({ min: 1, max: 4 }),
    ranges: fc.array(fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 })), { minLength: 1, maxLength: 3 }),
    draws: fc.array(nodeDraw, { minLength: 1, maxLength: 6 }),
  })
  .map(({ inputs, ranges, draws }) => {
    const sources = ranges.map(([start, length], index) => {
      const from = start % inputs;
      return { name: `s${index}`, from, size: 1 + (length % (inputs - from)) };
    });
    return planOf(inputs, sources, draws);
  });

/** Networks whose nodes are absent from some samples. */
export const partialNetwork: fc.Arbitrary<NetworkPlan> = fc
  .record({
    optional: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
    draws: fc.array(nodeDraw, { minLength: 2, maxLength: 6 }),
  })
  .map(({ optional, draws }) => {
    const sources = [false, ...optional].map((is, index) => ({
      name: `s${index}`,
      from: index,
      size: 1,
      optional: is,
    }));
    return planOf(sources.length, sources, draws);
  });

/** Two chains over three steps of which the first ones may be absent, with an output per step and one for both last states. */
export const partialRecurrentNetwork: NetworkPlan = {
  inputs: 6,
  sources: [0, 1, 2].map((step) => ({ name: `x${step}`, from: 2 * step, size: 2, optional: step < 2 })),
  nodes: [
    ...[0, 1, 2].map((step): NodePlan => chainNode('f', step, step - 1)),
    ...[2, 1, 0].map((step): NodePlan => chainNode('b', step, step + 1)),
    ...[0, 1, 2].map((step): NodePlan => {
      const node = { name: `y${step}`, parents: [`f${step}`, `b${step}`], inputs: 4, units: 1, bias: true };
      return { ...node, weights: 'out', head: 'squared', ...(step < 2 && { presence: `x${step}` }) };
    }),
    { name: 'y', parents: ['f2', 'first b'], inputs: 4, units: 2, bias: true, weights: 'whole', head: 'hinge' },
  ],
  firsts: { 'first b': ['b0', 'b1', 'b2'] },
};

function chainNode(chain: string, step: number, before: number): NodePlan {
  const starts = before < 0 || before > 2;
  const parents = starts ? [`x${step}`] : [`x${step}`, `${chain}${before}`];
  const weights = starts ? `${chain}/start` : chain;
  const node = { name: `${chain}${step}`, parents, inputs: 2 * parents.length, units: 2, bias: true, weights };
  return { ...node, head: 'leaky', ...(step < 2 && { presence: `x${step}` }) };
}

/** A recurrent network, unrolled: tied nodes in a chain, each with its own step of the input, and an output per step. */
export const recurrentNetwork: NetworkPlan = {
  inputs: 6,
  sources: ['x0', 'x1', 'x2'].map((name, step) => ({ name, from: 2 * step, size: 2 })),
  nodes: [
    { name: 'start', parents: ['x0'], inputs: 2, units: 2, bias: true, weights: 'start', head: 'leaky' },
    { name: 'h1', parents: ['x1', 'start'], inputs: 4, units: 2, bias: true, weights: 'step', head: 'leaky' },
    { name: 'y1', parents: ['h1'], inputs: 2, units: 1, bias: true, weights: 'out', head: 'squared' },
    { name: 'h2', parents: ['x2', 'h1'], inputs: 4, units: 2, bias: true, weights: 'step', head: 'leaky' },
    { name: 'y2', parents: ['h2'], inputs: 2, units: 1, bias: true, weights: 'out', head: 'squared' },
  ],
};

/** Random samples, x normal and y 0 or 1. */
export function randomData(
  samples: number,
  inputs: number,
  targets: number,
  seed: string,
  precision: Precision = 'float64',
): DataSource {
  const stream = random(seed);
  const x = zeros(precision, samples * inputs).map(() => stream.normal());
  const y = zeros(precision, samples * targets).map(() => stream.integer(2));
  return residentData('random samples', block(samples, inputs, x), block(samples, targets, y));
}

/** All of these. */
export const anyGraph: fc.Arbitrary<NetworkPlan> = fc.oneof(
  { weight: 5, arbitrary: anyNetwork },
  { weight: 3, arbitrary: partialNetwork },
  { weight: 1, arbitrary: fc.constant(recurrentNetwork) },
  { weight: 1, arbitrary: fc.constant(partialRecurrentNetwork) },
);

/** Random samples for a network: as {@link randomData}, with optional sources absent here and there. */
export function samplesFor(
  { inputs, sources }: NetworkPlan,
  samples: number,
  targets: number,
  seed: string,
  precision: Precision = 'float64',
): DataSource {
  const data = randomData(samples, inputs, targets, seed, precision);
  const { x } = data.shard(0, 1, samples).tile(0);
  const stream = random(`${seed}/absent`);
  for (const { from, size, optional } of sources) {
    for (let row = 0; row < samples; row++) {
      if (optional === true && stream.integer(3) === 0)
        x.data.fill(NaN, row * inputs + from, row * inputs + from + size);
    }
  }
  return data;
}

/** Services of one rank for these samples. */
export const servicesOf = (
  data: DataSource,
  tileRows: number,
  seed = 1,
  precision: Precision = 'float64',
): SchemeServices => servicesFor(data.shard(0, 1, tileRows), { seed, precision }, linearAlgebra, he);

/** Names of a node's parents. */
export const parentNames = (node: Node): string[] => node.parents.map(({ parent }) => parent.name);
