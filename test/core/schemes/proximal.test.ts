import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { checkOptions, proximal, taylor, TaylorSweeper, type NodeStep, type Precision } from '../../../core/index.ts';
import { mustMinimise } from '../../support/minimise.ts';
import { copies, ProximalBench, proximalProblems, squaredDistance, squaredNorm } from '../../support/proximal-bench.ts';

function takeNodeStep(bench: ProximalBench, step: NodeStep): void {
  const { node } = step;
  const { stream } = bench;
  const blocks = bench.blocks(node);
  const before = copies(blocks);
  for (const { what, run } of bench.fineSteps(node)) {
    const old = copies(what);
    const objective = (): number => bench.objective() + bench.options.alpha * squaredDistance(what, old);
    mustMinimise({ objective, stream }, `node "${node.name}"`, what, run);
  }
  const expected = copies(blocks);
  blocks.forEach((data, i) => data.set(before[i]!));
  bench.sweeper.updateNode(step);
  expect(blocks, `blocks of node "${node.name}"`).toEqual(expected);
}

function takeSweep(bench: ProximalBench): void {
  const { sweeper, network, stream } = bench;
  for (const step of sweeper.schedule.steps) {
    if (step.kind === 'node') {
      takeNodeStep(bench, step);
      continue;
    }
    const { group } = step;
    bench.decideScale(group);
    const old = bench.linear(group).slice();
    const objective = (): number => bench.objective() + bench.movingWeights(group, old);
    mustMinimise({ objective, stream }, `weights "${group.name}"`, [network.weights[group.index]!], () => {
      expect(sweeper.solveWeights(step, [])).toBeUndefined();
    });
  }
}

describe('every sub-step of proximal', () => {
  it.prop([proximalProblems], { numRuns: 60 })(
    'minimises its block with what moving it costs, all others fixed',
    (problem) => {
      const bench = new ProximalBench(problem);
      takeSweep(bench);
      takeSweep(bench);
    },
  );

  it.prop([proximalProblems], { numRuns: 30 })('is what a sweep is made of', (problem) => {
    const [steps, whole] = [new ProximalBench(problem), new ProximalBench(problem)];
    takeSweep(steps);
    whole.sweep();
    expect(steps.network.weights).toEqual(whole.network.weights);
    expect(steps.sweeper.save()).toEqual(whole.sweeper.save());
  });
});

describe('a sweep of proximal', () => {
  it.prop([proximalProblems], { numRuns: 60 })('reports the objective as it leaves it, with its ridge', (problem) => {
    const bench = new ProximalBench(problem);
    takeSweep(bench);
    const report = bench.sweep();
    const objective = bench.objective() / problem.samples;
    expect(Math.abs(report.objective - objective)).toBeLessThanOrEqual(1e-9 * (1 + objective));
    const { relaxedAccuracy: _, ...terms } = report.measures!;
    const sum = Object.values(terms).reduce((total, term) => total + term, 0);
    expect(Math.abs(sum - report.objective)).toBeLessThanOrEqual(1e-9 * (1 + objective));
  });

  it.prop([proximalProblems], { numRuns: 60 })('lowers the objective by at least what its moves cost', (problem) => {
    const bench = new ProximalBench(problem);
    const { nodes, groups } = bench.network.graph;
    takeSweep(bench);
    let last = bench.objective();
    for (let sweep = 0; sweep < 5; sweep++) {
      const blocks = nodes.flatMap((node) => bench.blocks(node));
      const [oldBlocks, oldWeights] = [copies(blocks), groups.map((group) => bench.linear(group).slice())];
      const objective = bench.sweep().objective * problem.samples;
      const moves = groups.reduce(
        (sum, group) => sum + bench.movingWeights(group, oldWeights[group.index]!),
        bench.options.alpha * squaredDistance(blocks, oldBlocks),
      );
      expect(objective + moves).toBeLessThanOrEqual(last + 1e-9 * (1 + last));
      last = objective;
    }
  });

  const precisions = fc.constantFrom<Precision>('float32', 'float64');

  it.prop([proximalProblems, precisions], { numRuns: 60 })(
    'never raises the objective, sweep after sweep',
    (problem, precision) => {
      const bench = new ProximalBench(problem, precision);
      const objectives = Array.from({ length: 8 }, () => bench.sweep().objective);
      const rounding = precision === 'float32' ? 1e-4 : 1e-9;
      objectives.slice(1).forEach((objective, i) => {
        expect(objective).toBeLessThanOrEqual(objectives[i]! + rounding * (1 + objectives[i]!));
      });
    },
  );

  it.prop([proximalProblems], { numRuns: 30 })(
    'is one of taylor where moving costs nothing and nothing is shrunk',
    (problem) => {
      const still = { alpha: 0, alphaWeights: 0, ridge: 0 };
      const bench = new ProximalBench({ ...problem, options: { ...problem.options, ...still } });
      const { gamma, beta, betaOutput } = bench.options;
      const other = new ProximalBench(problem);
      const settings = { gamma, beta, betaOutput, order: 'backward', start: 'feasible', multiplierStep: 'none' };
      const plain = new TaylorSweeper(other.network, taylor.options.parse(settings), other.services);
      for (let sweep = 0; sweep < 3; sweep++) {
        bench.sweep();
        expect(plain.sweep()).toHaveProperty('objective');
        expect(bench.network.weights).toEqual(other.network.weights);
      }
    },
  );

  it.prop([proximalProblems], { numRuns: 30 })('hardly moves anything where moving costs much', (problem) => {
    const bench = new ProximalBench({ ...problem, options: { ...problem.options, alpha: 1e9, alphaWeights: 1e9 } });
    const { groups } = bench.network.graph;
    groups.forEach((group) => bench.decideScale(group));
    fc.pre(bench.scales.every((scale) => scale > 0));
    const blocks = bench.network.graph.nodes.flatMap((node) => bench.blocks(node));
    const weights = groups.map((group) => bench.linear(group));
    const before = copies([...blocks, ...weights]);
    bench.sweep();
    const size = squaredNorm(before);
    expect(squaredDistance([...blocks, ...weights], before)).toBeLessThanOrEqual(1e-8 * (1 + size));
  });
});

describe('the options of proximal', () => {
  it('have defaults', () => {
    expect(checkOptions('scheme "proximal"', proximal.options, {})).toEqual({
      gamma: 1,
      beta: 1,
      betaOutput: 0.1,
      alpha: 0.1,
      alphaWeights: 0.01,
      ridge: 0.01,
      initialiser: 'he',
      bias: true,
    });
  });

  it('decide about biases and the initialiser', () => {
    const options = proximal.options.parse({ bias: false, initialiser: 'glorot' });
    expect(proximal.layerDefaults?.(options)).toEqual({ bias: false });
    expect(proximal.initialiser?.(options)).toBe('glorot');
  });

  it.each([
    [{ alpha: -1 }, 'scheme "proximal".alpha: Too small: expected number to be >=0.'],
    [{ alphaWeights: -0.1 }, 'scheme "proximal".alphaWeights: Too small: expected number to be >=0.'],
    [{ gamma: 0 }, 'scheme "proximal".gamma: Too small: expected number to be >0.'],
    [{ alpa: 1 }, 'scheme "proximal": unknown key "alpa". Did you mean "alpha"?'],
  ])('refuse %o', (given, message) => {
    expect(() => checkOptions('scheme "proximal"', proximal.options, given)).toThrow(message);
  });
});
