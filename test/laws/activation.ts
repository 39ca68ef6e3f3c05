import * as fc from 'fast-check';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import { epsilonOf, type Precision } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import { lowestOnLine, numbers, rounding, type Line } from './brute-force.ts';
import { law, type Law, mustBeAtMost, mustBeSame, registerLaws } from './law.ts';

/** One scalar sub-problem: the $z$ that minimises $\gamma (a - h(z))^2 + \beta (z - m)^2$. */
interface Problem extends Penalty {
  readonly a: number;
  readonly m: number;
}

const precisions: readonly Precision[] = ['float32', 'float64'];
const smallest: Record<Precision, number> = { float32: 2 ** -149, float64: Number.MIN_VALUE };

/** Where pieces meet: nothing is known of other activations, whose interesting points are taken to lie around 0. */
const joints = (solver: ActivationSolver): number[] =>
  solver.pieces === undefined ? [-1, 0, 1] : solver.pieces.slice(1).map((piece) => piece.from);

/** $h$ at one number, in f64 whatever the precision of the problem. */
function valueOf(solver: ActivationSolver, z: number): number {
  const cell = Float64Array.of(z);
  solver.apply(cell, cell);
  return cell[0]!;
}

function solutionOf(solver: ActivationSolver, { a, m, gamma, beta }: Problem, precision: Precision): number {
  const z = numbers(precision, [NaN]);
  solver.solve(numbers(precision, [a]), numbers(precision, [m]), { gamma, beta }, z);
  return z[0]!;
}

/** The objective as a function of z, counted in f64. */
function objectiveOf(solver: ActivationSolver, { a, m, gamma, beta }: Problem): Line {
  return (z) => gamma * (a - valueOf(solver, z)) ** 2 + beta * (z - m) ** 2;
}

/** The solver's declared gap, for these inputs. */
const declaredGap = (solver: ActivationSolver, { a, m, gamma, beta }: Problem): number =>
  solver.gap * (1 + gamma * a ** 2 + beta * m ** 2);

/** The declared gap, and what rounding of inputs, costs and result can add to it. */
function allowance(solver: ActivationSolver, problem: Problem, precision: Precision): number {
  const { a, m, gamma, beta } = problem;
  const terms = gamma * (a ** 2 + valueOf(solver, m) ** 2) + beta * m ** 2;
  // Squares of the tiniest numbers vanish, in the solver as in the objective that it is judged by; a steep piece
  // magnifies the rounding of such a z.
  const steepest = Math.max(1, ...(solver.pieces ?? []).map(({ slope }) => Math.abs(slope)));
  const vanishing = (1 + gamma * steepest ** 2 + beta) * (smallest[precision] ** 2 + 64 * Number.MIN_VALUE);
  return declaredGap(solver, problem) + 16 * epsilonOf(precision) * terms + vanishing;
}

function neverLoses(solver: ActivationSolver, problem: Problem, precision: Precision): void {
  const objective = objectiveOf(solver, problem);
  const z = solutionOf(solver, problem, precision);
  // Farther from m than this, the beta term alone costs more than z = m does.
  const radius = Math.sqrt(objective(problem.m) / problem.beta);
  const centres = [problem.m, problem.a, z, 0, ...joints(solver)];
  const lowest = lowestOnLine(objective, centres, radius, rounding(precision));
  mustBeAtMost(`objective at z = ${z}`, objective(z), lowest + allowance(solver, problem, precision));
}

/** Numbers that solvers find hard: kinks and their neighbours, ties, zeros, denormals, huge ones. */
function level(solver: ActivationSolver, precision: Precision): fc.Arbitrary<number> {
  const near = joints(solver).flatMap((joint) => [joint, joint * (1 - 2 ** -24), joint * (1 + 2 ** -24), -joint]);
  return fc
    .oneof(
      { weight: 5, arbitrary: fc.double({ min: -4, max: 4, noNaN: true }) },
      { weight: 4, arbitrary: fc.constantFrom(-2, -1, -0.5, 0, 0.5, 1, 2, ...near) },
      { weight: 1, arbitrary: fc.constantFrom(-1e-40, -(2 ** -149), -5e-324, 5e-324, 2 ** -149, 1e-40) },
      { weight: 1, arbitrary: fc.constantFrom(-1e30, -3e15, 3e15, 1e30) },
    )
    .map(rounding(precision));
}

const weight = fc.oneof(
  fc.constantFrom(1, 10),
  fc.double({ min: -6, max: 6, noNaN: true }).map((exponent) => 10 ** exponent),
);

const problems = (solver: ActivationSolver, precision: Precision): fc.Arbitrary<Problem> =>
  fc.record({ a: level(solver, precision), m: level(solver, precision), gamma: weight, beta: weight });

/** Laws that are stated for one precision at a time. */
function lawsIn(precision: Precision, solver: ActivationSolver): Law[] {
  const problem = problems(solver, precision);
  return [
    law(`solve never loses to a brute-force search in ${precision}`, problem, (given) => {
      neverLoses(solver, given, precision);
    }),
    law(`solving again from the result is no worse in ${precision}`, problem, (given) => {
      const again = { ...given, m: solutionOf(solver, given, precision) };
      const objective = objectiveOf(solver, again);
      const limit = objective(again.m) + allowance(solver, again, precision);
      mustBeAtMost('objective of the second solution', objective(solutionOf(solver, again, precision)), limit);
    }),
    law(`the objective is zero where a = h(m) in ${precision}`, problem, (given) => {
      const fitting = { ...given, a: rounding(precision)(valueOf(solver, given.m)) };
      const z = solutionOf(solver, fitting, precision);
      mustBeAtMost('objective', objectiveOf(solver, fitting)(z), allowance(solver, fitting, precision));
    }),
    law(`z tends to m as beta grows in ${precision}`, problem, (given) => {
      const stiff = { ...given, beta: 1e6 * given.gamma };
      // From beta (z - m)^2 <= objective(m) + gap.
      const value = valueOf(solver, stiff.m);
      const miss = Math.abs(stiff.a - value) + epsilonOf('float64') * (Math.abs(stiff.a) + Math.abs(value));
      const bound = miss * 1e-3 + Math.sqrt(declaredGap(solver, stiff) / stiff.beta);
      // Steps shorter than 2^-530 cost nothing in f64: their squares vanish.
      const rounded = 4 * epsilonOf(precision) * (bound + Math.abs(stiff.m)) + smallest[precision] + 2 ** -530;
      mustBeAtMost('|z - m|', Math.abs(solutionOf(solver, stiff, precision) - stiff.m), bound + rounded);
    }),
    law(`NaN in, NaN out in ${precision}`, problem, ({ a, m, gamma, beta }) => {
      const z = numbers(precision, [0, 0, 0]);
      solver.solve(numbers(precision, [NaN, a, NaN]), numbers(precision, [m, NaN, NaN]), { gamma, beta }, z);
      mustBeSame('solve', z, [NaN, NaN, NaN]);
      const out = numbers(precision, [0]);
      solver.apply(numbers(precision, [NaN]), out);
      mustBeSame('apply', out, [NaN]);
    }),
    arraysMayBeShared(precision, solver),
  ];
}

function arraysMayBeShared(precision: Precision, solver: ActivationSolver): Law {
  const entry = fc.tuple(level(solver, precision), level(solver, precision));
  const given = fc.record({ entries: fc.array(entry, { maxLength: 20 }), gamma: weight, beta: weight });
  return law(`the written array may be one that is read in ${precision}`, given, ({ entries, ...penalty }) => {
    const a = numbers(
      precision,
      entries.map(([target]) => target),
    );
    const m = numbers(
      precision,
      entries.map(([, centre]) => centre),
    );
    const values = a.slice();
    const z = a.slice();
    solver.apply(a, values);
    solver.solve(a, m, penalty, z);
    const [overA, overM, overZ] = [a.slice(), m.slice(), a.slice()];
    solver.solve(overA, m, penalty, overA);
    solver.solve(a, overM, penalty, overM);
    solver.apply(overZ, overZ);
    mustBeSame('z written over a', overA, z);
    mustBeSame('z written over m', overM, z);
    mustBeSame('h(z) written over z', overZ, values);
  });
}

function precisionsAgree(solver: ActivationSolver): Law {
  return law('float32 and float64 reach the same objective to rounding', problems(solver, 'float32'), (problem) => {
    const objective = objectiveOf(solver, problem);
    const [single, double] = precisions.map((precision) => objective(solutionOf(solver, problem, precision)));
    const limit = allowance(solver, problem, 'float32');
    mustBeAtMost('difference of the objectives', Math.abs(single! - double!), limit);
  });
}

function applyAgreesWithPieces(solver: ActivationSolver): Law {
  const given = fc.record({ z: level(solver, 'float32'), precision: fc.constantFrom(...precisions) });
  return law('apply agrees with the declared pieces, the right one holding at a joint', given, ({ z, precision }) => {
    const { slope, offset } = solver.pieces!.find(({ from, to }) => from <= z && z < to)!;
    const out = numbers(precision, [z]);
    solver.apply(out, out);
    const limit = 2 * epsilonOf(precision) * (Math.abs(slope * z) + Math.abs(offset)) + smallest[precision];
    mustBeAtMost(`|h(${z}) - piece|`, Math.abs(out[0]! - (slope * z + offset)), limit);
  });
}

function sumsWhatIsLeft(precision: Precision, solver: ActivationSolver): Law {
  const moderate = fc.double({ min: -4, max: 4, noNaN: true }).map(rounding(precision));
  const given = fc.record({
    entries: fc.array(fc.tuple(moderate, moderate), { maxLength: 20 }),
    gamma: fc.constantFrom(0.1, 1, 10),
    beta: fc.constantFrom(0.1, 1, 10),
  });
  return law(
    `solveAndSum solves, and adds what is left to the sums in ${precision}`,
    given,
    ({ entries, ...penalty }) => {
      const column = (side: 0 | 1): number[] => entries.map((entry) => entry[side]);
      const [a, m] = [numbers(precision, column(0)), numbers(precision, column(1))];
      const [z, alone] = [m.slice(), m.slice()];
      const sums = Float64Array.of(1, 2);
      solver.solveAndSum!(a, m, penalty, z, sums);
      solver.solve(a, m, penalty, alone);
      mustBeSame('z', z, alone);
      const moved = entries.reduce((sum, [, centre], i) => sum + (z[i]! - centre) ** 2, 1);
      const missed = entries.reduce((sum, [target], i) => sum + (target - valueOf(solver, z[i]!)) ** 2, 2);
      const limit = 64 * epsilonOf(precision);
      mustBeAtMost('error of the sum of (z - m)^2', Math.abs(sums[0]! - moved), limit * moved);
      mustBeAtMost('error of the sum of (a - h(z))^2', Math.abs(sums[1]! - missed), limit * missed);
    },
  );
}

/** The laws of one activation solver, as values. */
export function activationLawsFor(solver: ActivationSolver): readonly Law[] {
  const pieces = solver.pieces === undefined ? [] : [applyAgreesWithPieces(solver)];
  const sums = solver.solveAndSum === undefined ? [] : precisions.map((precision) => sumsWhatIsLeft(precision, solver));
  const each = precisions.flatMap((precision) => lawsIn(precision, solver));
  return [...each, precisionsAgree(solver), ...pieces, ...sums];
}

/**
 * Registers the laws of {@link ActivationSolver} as tests: the z-update is a global minimum to within the declared gap
 * and rounding (compared with brute force, over ties, kinks, denormals, huge numbers and extreme $\gamma : \beta$),
 * limits and fixed points, NaN, shared arrays, and agreement of both precisions and of the declared pieces (which are
 * taken to be wide enough to hold a float32 number).
 *
 * @example
 * ```ts
 * describe('my activation', () => activationLaws(mine));
 * ```
 */
export function activationLaws(solver: ActivationSolver): void {
  registerLaws(activationLawsFor(solver));
}
