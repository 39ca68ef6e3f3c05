// npx tsx experiments/nested/cosines.ts
// How the directions of the nested scheme relate to gradients, layer by layer, on MNIST digits after some sweeps: cosines between
// the targets' displacement and the negative gradient in z, and between the layer's direction and the negative gradient in the
// weights preconditioned by the same factored Gram matrix.
import { block, zeros, type Block } from '../../core/block.ts';
import { isOutput, type Node } from '../../core/graph.ts';
import { BackwardPass } from '../../core/schemes/nested/backward-pass.ts';
import { nested } from '../../core/schemes/nested/nested.ts';
import { Objective } from '../../core/schemes/nested/objective.ts';
import { nestedParts, type NestedParts } from '../../core/schemes/nested/parts.ts';
import { dot, squares } from '../../core/schemes/nested/sums.ts';
import { toChoose } from './problems.ts';
import { derivative } from './tangents.ts';
import { start } from './trial.ts';

const data = await toChoose('mnist', 10_000);
const sweepsBefore = 5;

/** The negative gradient of half the loss in every node's z, by back-propagation through a chain. */
function gradients({ network, pass, targets }: NestedParts, x: Block, y: Block, g: readonly Block[]): void {
  for (const node of [...network.graph.nodes].reverse()) {
    const own = g[node.index]!;
    const { head } = node;
    if (isOutput(node)) {
      targets.get(node)!.residual(x, y, pass.output(node, x), own);
    } else if (head.kind === 'hidden') {
      const { reader } = node.readers[0]!;
      reader.layer.adjoint(network.weightsOf(reader), g[reader.index]!, own);
      const slope = derivative(head.activation);
      const z = pass.z[node.index]!.data;
      for (let i = 0; i < z.length; i++) own.data[i]! *= slope(z[i]!);
    }
  }
}

const cosine = (inner: number, left: number, right: number): string =>
  (inner / Math.sqrt(Math.max(left * right, Number.MIN_VALUE))).toFixed(3);

/** A network after some sweeps, with what its layers were asked for, by targets and by gradients. */
interface Asked {
  readonly parts: NestedParts;
  /** Statistics with the negative gradients as targets, by `group.index`. */
  readonly byGradient: NestedParts['groups'];
  /** Inner product of both, and the square of either, by `node.index`. */
  readonly sums: readonly Float64Array[];
}

const isHidden = (node: Node): boolean => !isOutput(node);

/** One pass over the samples. */
function ask(parts: NestedParts): Asked {
  const { network, pass, groups, services } = parts;
  const { nodes } = network.graph;
  const back = new BackwardPass(parts);
  back.prepare();
  const byGradient = groups.map((group) => group.another());
  for (const { targets } of groups) targets.fill(0);
  const sums = nodes.map(() => new Float64Array(3));
  const buffers = nodes.map(({ layer }) => parts.buffers.make(layer.outputs));
  for (let index = 0; index < services.shard.tiles; index++) {
    const { x, y } = services.shard.tile(index);
    const g = buffers.map((buffer) => buffer(x.rows));
    pass.hidden(x);
    gradients(parts, x, y, g);
    for (const node of nodes) byGradient[node.group.index]!.addTargets(pass.input(node, x), g[node.index]!);
    back.run(x, y, groups);
    for (const { index: at } of nodes.filter(isHidden)) {
      const [delta, own, sum] = [back.deltas[at]!(x.rows), g[at]!, sums[at]!];
      sum[0]! += dot(delta, own);
      sum[1]! += squares(delta);
      sum[2]! += squares(own);
    }
  }
  return { parts, byGradient, sums };
}

/** The least-squares fit of a node's targets by its inputs. */
function fitted(group: NestedParts['groups'][number], statistics: NestedParts['groups'][number]): Block {
  const solver = group.solver();
  if ('outcome' in solver) throw new Error(solver.detail);
  const weights = zeros('float64', group.group.layer.weights);
  statistics.fit(solver, weights);
  return block(1, weights.length, weights);
}

function compare(units: readonly number[], gamma: number): void {
  const { network, services, sweeper } = start({ units, scheme: { gamma, ridgeOutput: 0 }, sweeps: [] }, data, 1);
  for (let sweep = 0; sweep < sweepsBefore; sweep++) sweeper.sweep();
  const parts = nestedParts(network, nested.options.parse({ gamma, ridgeOutput: 0 }), services);
  if (typeof new Objective(parts).evaluate() !== 'number') throw new Error('No objective.');
  const { byGradient, sums } = ask(parts);
  const hidden = network.graph.nodes.filter(isHidden);
  const targets = hidden.map(({ index }) => cosine(sums[index]![0]!, sums[index]![1]!, sums[index]![2]!));
  const directions = hidden.map(({ group: { index } }) => {
    const group = parts.groups[index]!;
    const [own, preconditioned] = [fitted(group, group), fitted(group, byGradient[index]!)];
    return cosine(dot(own, preconditioned), squares(own), squares(preconditioned));
  });
  console.log(`| ${[784, ...units, 10].join('-')} | ${gamma} | ${targets.join(', ')} | ${directions.join(', ')} |`);
}

console.log(
  '| network | gamma | targets against the gradient, first layer first | directions against the preconditioned gradient |',
);
console.log('| --- | --- | --- | --- |');
for (const gamma of [0.1, 1, 10]) compare([300], gamma);
for (const gamma of [0.1, 1, 10]) compare([100, 100, 100, 100], gamma);
