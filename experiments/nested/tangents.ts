import type { ActivationSolver } from '../../core/activation-solver.ts';
import { block, zeros, type Block } from '../../core/block.ts';
import { UserError } from '../../core/errors.ts';
import type { Node } from '../../core/graph.ts';
import { nodeInput, type NodeInput } from '../../core/node-input.ts';
import type { Failure } from '../../core/outcome.ts';
import type { Direction } from '../../core/schemes/nested/directions.ts';
import { FeasiblePass } from '../../core/schemes/nested/feasible-pass.ts';
import { GroupStatistics } from '../../core/schemes/nested/group-statistics.ts';
import type { NestedParts } from '../../core/schemes/nested/parts.ts';
import type { StepModel, StepModeller } from '../../core/schemes/nested/step-model.ts';
import type { Subsample } from '../../core/schemes/nested/subsample.ts';
import { dot } from '../../core/schemes/nested/sums.ts';
import type { TileBuffer } from '../../core/tile-buffer.ts';

/** $h'(z)$ of a piecewise-linear activation, or of tanh. */
export function derivative({ name, pieces }: ActivationSolver): (z: number) => number {
  if (name === 'tanh') return (z) => 1 - Math.tanh(z) ** 2;
  if (pieces === undefined) throw new UserError(`No derivative of the activation "${name}" is known here.`);
  return (z) => (pieces.find(({ to }) => z < to) ?? pieces.at(-1)!).slope;
}

/** Adds `x` to `y`. */
function add({ data: x }: Block, { data: y }: Block): void {
  for (let i = 0; i < y.length; i++) y[i]! += x[i]!;
}

/** What a network does to first order along one direction: $t_l = h'(m_l) (D_l a_{l-1} + W_l t_{l-1})$. */
class TangentPass {
  /** $t$ of hidden nodes and $u$ of outputs, by `node.index`. */
  readonly tangents: Block[] = [];
  readonly #parts: NestedParts;
  readonly #inputs: readonly NodeInput[];
  readonly #own: readonly TileBuffer[];
  readonly #passed: readonly TileBuffer[];
  readonly #offsets: readonly TileBuffer[];
  readonly #derivatives: readonly ((z: number) => number)[];

  constructor(parts: NestedParts) {
    const { network, buffers } = parts;
    const { nodes, inputs } = network.graph;
    const make = (): TileBuffer[] => nodes.map((node) => buffers.make(node.layer.outputs));
    this.#parts = parts;
    this.#inputs = nodes.map((node) => nodeInput(node, inputs, buffers));
    [this.#own, this.#passed, this.#offsets] = [make(), make(), make()];
    this.#derivatives = nodes.map(({ head }) => (head.kind === 'hidden' ? derivative(head.activation) : () => 1));
  }

  /** On one tile, after the forward pass `base` of it. */
  run(x: Block, base: FeasiblePass, direction: Direction): void {
    const { network } = this.#parts;
    const still = block(x.rows, x.cols, zeros(network.precision, x.data.length));
    for (const node of network.graph.nodes) {
      const tangent = this.#own[node.index]!(x.rows);
      const own = direction[node.group.index];
      if (own === undefined) tangent.data.fill(0);
      else node.layer.apply(own, base.input(node, x), tangent);
      add(this.#linear(node, this.input(node, still)), tangent);
      if (node.head.kind === 'hidden') {
        const slope = this.#derivatives[node.index]!;
        const z = base.z[node.index]!.data;
        for (let i = 0; i < z.length; i++) tangent.data[i]! *= slope(z[i]!);
      }
      this.tangents[node.index] = tangent;
    }
  }

  /** What a node reads of the tangents; the data stay where they are. */
  input(node: Node, still: Block): Block {
    return this.#inputs[node.index]!(still, this.tangents);
  }

  /** The node's map without its bias. */
  #linear(node: Node, input: Block): Block {
    const weights = this.#parts.network.weightsOf(node);
    const passed = this.#passed[node.index]!(input.rows);
    const offset = this.#offsets[node.index]!(input.rows);
    const nothing = block(input.rows, input.cols, input.data.slice().fill(0));
    node.layer.apply(weights, input, passed);
    node.layer.apply(weights, nothing, offset);
    for (let i = 0; i < passed.data.length; i++) passed.data[i]! -= offset.data[i]!;
    return passed;
  }
}

/**
 * The model of a step from forward tangents, that is from derivatives of the activations, in place of the secants that
 * `nested` takes: only to compare the two.
 */
export class Tangents implements StepModeller {
  readonly #parts: NestedParts;
  readonly #base: FeasiblePass;
  readonly #passes: readonly TangentPass[];
  readonly #residuals: readonly TileBuffer[];

  constructor(parts: NestedParts) {
    this.#parts = parts;
    this.#base = new FeasiblePass(parts.network, parts.buffers);
    this.#passes = [0, 1].map(() => new TangentPass(parts));
    this.#residuals = parts.network.graph.outputs.map((node) => parts.buffers.make(node.size));
  }

  model(directions: readonly Direction[], subsample: Subsample): StepModel | Failure {
    const { groups, network, outputRidge, services, message } = this.#parts;
    const count = directions.length;
    const options = { regulariser: outputRidge, precision: network.precision };
    const exact = groups.filter((group) => group.exact);
    const make = ({ group }: GroupStatistics): GroupStatistics => new GroupStatistics(group, true, options);
    const statistics = directions.map(() => exact.map(make));
    const [slopes, curvatures] = [new Float64Array(count), new Float64Array(count * count)];
    subsample.forEach(services.shard.tileRows, (x, y) => {
      this.#base.hidden(x);
      const still = block(x.rows, x.cols, zeros(network.precision, x.data.length));
      directions.forEach((direction, i) => this.#passes[i]!.run(x, this.#base, direction));
      network.graph.outputs.forEach((node, output) => {
        const residual = this.#residuals[output]!(x.rows);
        this.#parts.targets.get(node)!.residual(x, y, this.#base.output(node, x), residual);
        const input = this.#base.input(node, x);
        const group = exact.indexOf(groups[node.group.index]!);
        const secants = directions.map((_, i) => this.#passes[i]!.tangents[node.index]!);
        secants.forEach((u, i) => {
          const grown = dot(input, this.#passes[i]!.input(node, still));
          const norm = group < 0 ? 0 : exact[group]!.ridgeNorm(network.weightsOf(node));
          slopes[i]! += dot(residual, u) - (norm * outputRidge.relative * grown) / node.layer.inputs;
          secants.forEach((v, j) => (curvatures[count * i + j]! += dot(u, v)));
          if (group < 0) return;
          statistics[i]![group]!.addInputs(input);
          statistics[i]![group]!.addTargets(input, u);
        });
      });
    });
    message.sum([slopes, curvatures, ...statistics.flat().flatMap(({ inputs, targets }) => [inputs, targets])]);
    const failure = project(statistics, curvatures);
    return failure ?? { slopes, curvatures };
  }
}

/** Takes from the curvatures what the exact outputs undo by their refit: `statistics[i]` are those along direction i. */
function project(statistics: readonly (readonly GroupStatistics[])[], curvatures: Float64Array): Failure | undefined {
  const count = statistics.length;
  for (const [i, groups] of statistics.entries()) {
    for (const [position, own] of groups.entries()) {
      const solver = own.solver();
      if ('outcome' in solver) return solver;
      const fit = zeros('float64', own.group.layer.weights);
      own.fit(solver, fit);
      for (let j = 0; j < count; j++) curvatures[count * i + j]! -= statistics[j]![position]!.innerTargets(fit);
    }
  }
  return undefined;
}
