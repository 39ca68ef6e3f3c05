import * as fc from 'fast-check';
import { block, epsilonOf, type Block, type Precision } from '../../core/block.ts';
import type { OutputSolver } from '../../core/output-solver.ts';
import { sumOf, type Sum } from './blocks.ts';
import { lowestNear, numbers, type Surface } from './brute-force.ts';
import { law, type Law, mustBeAtMost, mustBeSame, registerLaws } from './law.ts';

/** Some samples of one width: targets, centres and multipliers, row by row. */
interface Problem {
  readonly rows: number;
  readonly cols: number;
  readonly y: readonly number[];
  readonly m: readonly number[];
  readonly lambda: readonly number[];
  readonly beta: number;
}

const precisions: readonly Precision[] = ['float32', 'float64'];

/** Stands in for an infinite slope: multipliers of such a loss are drawn up to this size. */
const largestMultiplier = 3;

/** Range the multiplier of an output with target `y` stays in. */
function multiplierRange(solver: OutputSolver, y: number): readonly [number, number] {
  const [lower, upper] = solver.slopes(y);
  return [-upper, -lower];
}

const clamp = (x: number): number => Math.max(-largestMultiplier, Math.min(largestMultiplier, x));

/** Targets 0 or 1 for one output, one-hot for several; multipliers anywhere in their range, its ends included. */
function problems(solver: OutputSolver, maxRows: number): fc.Arbitrary<Problem> {
  const centre = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-1, 0, 0.5, 1, 2, 100));
  const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1));
  const beta = fc.oneof(
    fc.constantFrom(1, 10),
    fc.double({ min: -3, max: 3, noNaN: true }).map((exponent) => 10 ** exponent),
  );
  const sizes = fc.tuple(fc.integer({ min: 1, max: maxRows }), fc.constantFrom(1, 1, 2, 3, 5));
  return sizes.chain(([rows, cols]) => {
    const entries = { minLength: rows * cols, maxLength: rows * cols };
    const parts = fc.record({
      classes: fc.array(fc.nat({ max: Math.max(cols, 2) - 1 }), { minLength: rows, maxLength: rows }),
      m: fc.array(centre, entries),
      shares: fc.array(share, entries),
      beta,
    });
    return parts.map(({ classes, m, shares, beta }) => {
      const y = classes.flatMap((label) =>
        cols === 1 ? [label] : m.slice(0, cols).map((_, j) => Number(j === label)),
      );
      const lambda = shares.map((part, i) => {
        const [lower, upper] = multiplierRange(solver, y[i]!).map(clamp) as [number, number];
        return lower + part * (upper - lower);
      });
      return { rows, cols, y, m, lambda, beta };
    });
  });
}

/** The problem's blocks, their numbers rounded to the precision, and the solution. */
function solved(solver: OutputSolver, { rows, cols, beta, ...parts }: Problem, precision: Precision) {
  const read = (values: readonly number[]): Block => block(rows, cols, numbers(precision, values));
  const [y, m, lambda] = [read(parts.y), read(parts.m), read(parts.lambda)];
  const z = read(parts.m.map(() => NaN));
  solver.solve(y, m, lambda, beta, z);
  return { y, m, lambda, z };
}

const lossOf = (solver: OutputSolver, z: Block, y: Block): number => {
  const exact = (from: Block): Block => block(from.rows, from.cols, Float64Array.from(from.data));
  return solver.loss(exact(z), exact(y));
};

/** Size of the terms that rounding errors are relative to. */
function scaleOf(solver: OutputSolver, y: Block, m: Block, lambda: Block, beta: number, z: Block): number {
  let scale = 1 + lossOf(solver, z, y) + lossOf(solver, m, y);
  for (let i = 0; i < z.data.length; i++) {
    const size = Math.abs(m.data[i]!) + Math.abs(z.data[i]!);
    scale += (1 + Math.abs(lambda.data[i]!)) * size + beta * size ** 2;
  }
  return scale;
}

function neverLoses(solver: OutputSolver, problem: Problem, precision: Precision): void {
  const { cols, beta } = problem;
  const { y, m, lambda, z } = solved(solver, problem, precision);
  const target = block(1, cols, Float64Array.from(y.data));
  const objective: Surface = (x) => {
    let sum = solver.loss(block(1, cols, x), target);
    for (let j = 0; j < cols; j++) sum += lambda.data[j]! * x[j]! + beta * (x[j]! - m.data[j]!) ** 2;
    return sum;
  };
  const found = Float64Array.from(z.data);
  const reach = Math.max(...found.map((x, j) => Math.abs(x - m.data[j]!)));
  const radius = 1 + reach + (1 + largestMultiplier) / beta;
  const starts = [found, Float64Array.from(m.data), Float64Array.from(y.data)];
  const lowest = Math.min(...starts.map((start, k) => lowestNear(objective, start, [0, 1], radius, `start ${k}`)));
  const allowed = (solver.gap + 16 * epsilonOf(precision)) * scaleOf(solver, y, m, lambda, beta, z);
  mustBeAtMost(`objective at z = ${found.join(', ')}`, objective(found), lowest + allowed);
}

function multiplierStays(solver: OutputSolver, problem: Problem, precision: Precision, step: number): void {
  const { beta } = problem;
  const { y, m, lambda, z } = solved(solver, problem, precision);
  // An objective that is off by a gap g puts z off by sqrt(g / beta), for the problem is beta-strongly convex.
  const off = step * Math.sqrt(beta * solver.gap * scaleOf(solver, y, m, lambda, beta, z));
  for (let i = 0; i < z.data.length; i++) {
    const [lower, upper] = multiplierRange(solver, y.data[i]!);
    const next = lambda.data[i]! + step * beta * (z.data[i]! - m.data[i]!);
    // A closed form may measure z from its target, so the target's rounding errors count as well.
    const lengths = Math.abs(z.data[i]!) + Math.abs(m.data[i]!) + Math.abs(y.data[i]!);
    const size = step * beta * lengths + Math.abs(lambda.data[i]!) + 1;
    const allowed = off + 8 * epsilonOf(precision) * size;
    mustBeAtMost('multiplier', next, upper + allowed);
    mustBeAtMost('minus the multiplier', -next, -lower + allowed);
  }
}

function mustBeNear(what: string, found: number, expected: number, allowed: number): void {
  mustBeAtMost(`distance of ${what}, ${found}, from ${expected}`, Math.abs(found - expected), allowed);
}

/** Loss, product with the multiplier and squared distance from `m`, summed over a solution, each on top of its start. */
function sumsOf(solver: OutputSolver, y: Block, m: Block, lambda: Block, z: Block, starts: Float64Array): Sum[] {
  const count = z.data.length;
  const loss = lossOf(solver, z, y);
  const sizes = sumOf(count, (i) => Math.abs(z.data[i]!) + Math.abs(y.data[i]!), 1);
  return [
    { value: starts[0]! + loss, scale: starts[0]! + loss + sizes.scale },
    sumOf(count, (i) => z.data[i]! * lambda.data[i]!, starts[1]),
    sumOf(count, (i) => (z.data[i]! - m.data[i]!) ** 2, starts[2]),
  ];
}

/** `solveAndStep` beside `solve`, and beside the sums of its solution and the step from it, both in f64. */
function stepsAsItSolves(solver: OutputSolver, problem: Problem, precision: Precision, step: number): void {
  const { beta } = problem;
  const { y, m, lambda, z: expected } = solved(solver, problem, precision);
  const { lambda: stepped, z } = solved(solver, problem, precision);
  const starts = Float64Array.of(1, 2, 3);
  const sums = starts.slice();
  solver.solveAndStep!(y, m, beta, step, stepped, z, sums);
  const epsilon = 64 * epsilonOf(precision);
  sumsOf(solver, y, m, lambda, z, starts).forEach(({ value, scale }, i) => {
    mustBeNear(`sum ${i}`, sums[i]!, value, epsilon * scale);
  });
  // As above: both solutions may be off by as much.
  const off = 2 * Math.sqrt((solver.gap * scaleOf(solver, y, m, lambda, beta, expected)) / beta);
  for (let i = 0; i < z.data.length; i++) {
    const [solution, centre, multiplier] = [z.data[i]!, m.data[i]!, lambda.data[i]!];
    const size = Math.abs(centre) + Math.abs(y.data[i]!) + 1 + (1 + Math.abs(multiplier)) / beta;
    mustBeNear('z', solution, expected.data[i]!, off + epsilon * size);
    const lengths = step * beta * (Math.abs(solution) + Math.abs(centre));
    // Next to zero numbers are further apart than rounding errors are.
    const tiny = precision === 'float32' ? 2 ** -149 : Number.MIN_VALUE;
    const allowed = step === 0 ? 0 : epsilon * (lengths + Math.abs(multiplier)) + tiny;
    mustBeNear('the multiplier', stepped.data[i]!, multiplier + step * beta * (solution - centre), allowed);
  }
}

/** Of losses that have sums at hand. */
function stepLaws(precision: Precision, solver: OutputSolver): Law[] {
  if (solver.solveAndStep === undefined) return [];
  const given = fc.record({ problem: problems(solver, 4), step: fc.constantFrom(0, 1, 2) });
  return [
    law(`solveAndStep is solve, three sums and the multiplier step in ${precision}`, given, ({ problem, step }) => {
      stepsAsItSolves(solver, problem, precision, step);
    }),
  ];
}

function lawsIn(precision: Precision, solver: OutputSolver): Law[] {
  const samples = problems(solver, 4);
  const steps = { 1: 'the printed multiplier step', 2: 'the exact multiplier step' };
  return [
    law(`solve never loses to a brute-force search in ${precision}`, problems(solver, 1), (problem) => {
      neverLoses(solver, problem, precision);
    }),
    ...Object.entries(steps).map(([step, name]) =>
      law(`${name} keeps the multiplier between minus the slopes of the loss in ${precision}`, samples, (problem) => {
        multiplierStays(solver, problem, precision, Number(step));
      }),
    ),
    law(`the written block may be m in ${precision}`, samples, (problem) => {
      const { y, m, lambda, z } = solved(solver, problem, precision);
      solver.solve(y, m, lambda, problem.beta, m);
      mustBeSame('z written over m', m.data, z.data);
    }),
  ];
}

function sampleOf(whole: Block, row: number): Block {
  return block(1, whole.cols, whole.data.slice(row * whole.cols, (row + 1) * whole.cols));
}

function samplesAreIndependent(solver: OutputSolver): Law[] {
  return [
    law('the loss adds over samples', problems(solver, 6), (problem) => {
      const { y, m } = solved(solver, problem, 'float64');
      let sum = 0;
      for (let row = 0; row < problem.rows; row++) sum += solver.loss(sampleOf(m, row), sampleOf(y, row));
      const whole = solver.loss(m, y);
      mustBeAtMost('difference', Math.abs(whole - sum), 64 * epsilonOf('float64') * (1 + Math.abs(sum)));
    }),
    law('samples are solved alone as they are solved together', problems(solver, 6), (problem) => {
      const { y, m, lambda, z } = solved(solver, problem, 'float64');
      for (let row = 0; row < problem.rows; row++) {
        const alone = sampleOf(m, row);
        solver.solve(sampleOf(y, row), alone, sampleOf(lambda, row), problem.beta, alone);
        mustBeSame(`sample ${row}`, alone.data, sampleOf(z, row).data);
      }
    }),
  ];
}

function slopesBoundTheLoss(solver: OutputSolver): Law {
  const given = fc.record({
    problem: problems(solver, 1),
    output: fc.nat(),
    step: fc.double({ min: 0.001, max: 10, noNaN: true }),
  });
  return law('the loss rises along one output within the declared slopes', given, ({ problem, output, step }) => {
    const { y, m } = solved(solver, problem, 'float64');
    const j = output % problem.cols;
    const [lower, upper] = solver.slopes(y.data[j]!);
    const before = solver.loss(m, y);
    m.data[j]! += step;
    const after = solver.loss(m, y);
    const allowed =
      (64 * epsilonOf('float64') * (1 + Math.abs(before) + Math.abs(after) + Math.abs(m.data[j]!))) / step;
    mustBeAtMost('slope', (after - before) / step, upper + allowed);
    mustBeAtMost('minus the slope', (before - after) / step, -lower + allowed);
  });
}

function decisionsAreClasses(solver: OutputSolver): Law {
  return law('decide gives the index of a class for every sample', problems(solver, 6), (problem) => {
    const { m } = solved(solver, problem, 'float32');
    const out = new Int32Array(problem.rows).fill(-1);
    solver.decide(m, out);
    for (const decision of out) {
      mustBeAtMost('class', decision, Math.max(problem.cols, 2) - 1);
      mustBeAtMost('minus the class', -decision, 0);
    }
  });
}

/** The laws of one output solver, as values. */
export function outputLawsFor(solver: OutputSolver): readonly Law[] {
  return [
    ...precisions.flatMap((precision) => [...lawsIn(precision, solver), ...stepLaws(precision, solver)]),
    ...samplesAreIndependent(solver),
    slopesBoundTheLoss(solver),
    decisionsAreClasses(solver),
  ];
}

/**
 * Registers the laws of {@link OutputSolver} as tests: the update is a global minimum to within the declared gap and
 * rounding (compared with brute force, for 0/1 targets, multipliers in their invariant range and $\beta$ from $10^{-3}$
 * to $10^3$), both multiplier steps stay in that range, losses add over samples, samples do not touch one another,
 * decisions are classes, and `solveAndStep`, where declared, does what `solve`, the plain sums and the plain step do.
 *
 * @example
 * ```ts
 * describe('my loss', () => outputLaws(mine));
 * ```
 */
export function outputLaws(solver: OutputSolver): void {
  registerLaws(outputLawsFor(solver));
}
