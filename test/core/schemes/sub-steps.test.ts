import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  betaOf,
  HiddenUpdate,
  isOutput,
  nodeInput,
  noSums,
  OutputUpdate,
  random,
  ridge,
  TaylorSweeper,
  taylor,
  TileBuffers,
  type HiddenNode,
  type Network,
  type Node,
  type Penalties,
  type Real,
  type SchemeServices,
  type TaylorOptions,
  type WeightGroup,
} from '../../../core/index.ts';
import { mustMinimise } from '../../support/minimise.ts';
import { augmentedObjective, inputOf } from '../../support/objective.ts';
import { anyGraph, networkOf, samplesFor, servicesOf } from '../../support/random-network.ts';

const weight = fc.double({ min: -1.5, max: 1.5, noNaN: true }).map((exponent) => 10 ** exponent);

const problems = fc.record({
  plan: anyGraph,
  order: fc.constantFrom('forward' as const, 'backward' as const),
  start: fc.constantFrom('gaussian' as const, 'feasible' as const),
  penalties: fc.record({ gamma: weight, beta: weight, betaOutput: weight }),
  samples: fc.integer({ min: 1, max: 25 }),
  tileRows: fc.integer({ min: 1, max: 25 }),
  seed: fc.nat(),
});

type Problem = typeof problems extends fc.Arbitrary<infer T> ? T : never;

/** A sweeper whose steps are taken one by one, and updates of its own on the same blocks. */
class Bench {
  readonly network: Network;
  readonly sweeper: TaylorSweeper;
  readonly services: SchemeServices;
  readonly penalties: Penalties;
  readonly stream;

  constructor({ plan, penalties, samples, tileRows, seed, ...options }: Problem, more: Partial<TaylorOptions> = {}) {
    this.network = networkOf(plan);
    const data = samplesFor(plan, samples, this.network.graph.targets, `data/${seed}`);
    this.services = servicesOf(data, Math.min(tileRows, samples), seed);
    this.penalties = penalties;
    const chosen = taylor.options.parse({ ...options, ...penalties, warmSweeps: 0, multiplierStep: 'exact', ...more });
    this.sweeper = new TaylorSweeper(this.network, chosen, this.services);
    this.stream = random(`perturbations/${seed}`);
  }

  objective(): number {
    return augmentedObjective(this.network, this.sweeper.state, this.penalties);
  }

  /** All tiles' arrays of one block of a node. */
  arrays(kind: 'activations' | 'z' | 'multipliers', { index }: Node): Real[] {
    return this.sweeper.state.tiles.map((tile) => tile[kind][index]!.data);
  }

  /** What the node does to its `a` and `z`, as two steps of their own. */
  fineSteps(node: Node): { readonly what: Real[]; readonly run: () => void }[] {
    const { network, sweeper, services, penalties } = this;
    const { graph } = network;
    const buffers = new TileBuffers(services.linearAlgebra, 'float64', services.shard);
    const inputs = graph.nodes.map((each) => nodeInput(each, graph.inputs, buffers));
    const sums = noSums();
    const z = this.arrays('z', node);
    if (isOutput(node)) {
      const update = new OutputUpdate(node, network, inputs[node.index]!, buffers);
      const beta = betaOf(node, penalties);
      const run = (): void => sweeper.state.forEach(({ x, y }, state) => update.update(x, y, beta, 0, state, sums));
      return [{ what: z, run }];
    }
    const update = new HiddenUpdate(node as HiddenNode, network, inputs, buffers, services);
    update.prepare(penalties);
    return [
      {
        what: this.arrays('activations', node),
        run: () => sweeper.state.forEach(({ x }, s) => update.updateInputs(x, s)),
      },
      { what: z, run: () => sweeper.state.forEach(({ x }, s) => update.updateActivation(x, s, sums)) },
    ];
  }
}

/** Weights of a group from statistics gathered here and now, and what they say of the samples. */
function mustBeSolvedFromNewestBlocks({ network, sweeper }: Bench, { layer, members, index }: WeightGroup): void {
  const s = new Float64Array(layer.statistics);
  const each = (visit: (node: Node, input: ReturnType<typeof inputOf>, tile: number) => void): void => {
    let tile = 0;
    sweeper.state.forEach((data, state) => {
      for (const node of members) visit(node, inputOf(node, data, state), tile);
      tile++;
    });
  };
  each((node, input, tile) => {
    layer.gatherInputs(input, s);
    layer.gatherTargets(input, sweeper.state.tiles[tile]!.z[node.index]!, s);
  });
  const solver = layer.prepareWeights(s, { regulariser: ridge(0), precision: 'float64' });
  if ('outcome' in solver) throw new Error(solver.detail);
  const fresh = new Float64Array(layer.weights);
  solver.solve(s, fresh);
  each((node, input) => {
    const [found, expected] = [0, 1].map(() => ({
      ...input,
      cols: node.size,
      data: new Float64Array(input.rows * node.size),
    }));
    layer.apply(network.weights[index]!, input, found!);
    layer.apply(fresh, input, expected!);
    found!.data.forEach((value, i) => {
      const wanted = expected!.data[i]!;
      expect(Math.abs(value - wanted), `W a of "${node.name}"`).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(wanted)));
    });
  });
}

function takeSweep(bench: Bench): void {
  const { sweeper, network } = bench;
  const sums = network.graph.nodes.map(noSums);
  for (const step of sweeper.schedule.steps) {
    if (step.kind === 'weights') {
      const { index, name } = step.group;
      mustMinimise(bench, `weights "${name}"`, [network.weights[index]!], () => {
        expect(sweeper.solveWeights(step, [])).toBeUndefined();
      });
      mustBeSolvedFromNewestBlocks(bench, step.group);
    } else {
      const { node } = step;
      const blocks = [...(isOutput(node) ? [] : bench.arrays('activations', node)), ...bench.arrays('z', node)];
      const before = blocks.map((data) => data.slice());
      for (const { what, run } of bench.fineSteps(node)) mustMinimise(bench, `node "${node.name}"`, what, run);
      const expected = blocks.map((data) => data.slice());
      blocks.forEach((data, i) => data.set(before[i]!));
      sweeper.updateNode(step, sums);
      expect(blocks, `blocks of node "${node.name}"`).toEqual(expected);
    }
  }
}

describe('every sub-step of taylor', () => {
  it.prop([problems], { numRuns: 60 })(
    'solves its block from the newest others: it lowers the augmented objective, and no change lowers it further',
    (problem) => {
      const bench = new Bench(problem);
      takeSweep(bench);
      takeSweep(bench);
    },
  );

  it.prop([problems], { numRuns: 30 })('is what a sweep is made of', (problem) => {
    const [steps, whole] = [new Bench(problem), new Bench(problem)];
    takeSweep(steps);
    expect(whole.sweeper.sweep()).toHaveProperty('objective');
    expect(steps.network.weights).toEqual(whole.network.weights);
    expect(steps.sweeper.save().arrays).toEqual(whole.sweeper.save().arrays);
  });

  it.prop([problems], { numRuns: 30 })('in forward order leaves the objective that the report states', (problem) => {
    const bench = new Bench({ ...problem, order: 'forward' }, { warmSweeps: 1 });
    const report = bench.sweeper.sweep();
    const stated = 'objective' in report ? report.objective * problem.samples : NaN;
    const objective = bench.objective();
    expect(Math.abs(stated - objective)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(objective)));
  });
});
