import { Matrix, pseudoInverse, solve, SingularValueDecomposition } from 'ml-matrix';

/** A scalar activation and the candidates among which its z-update finds the best, by the rules of the paper. */
export interface PlainActivation {
  h(z: number): number;
  candidates(a: number, m: number, gamma: number, beta: number): number[];
}

export const plainRelu: PlainActivation = {
  h: (z) => Math.max(0, z),
  candidates: (a, m, gamma, beta) => [Math.max(0, (gamma * a + beta * m) / (gamma + beta)), Math.min(0, m)],
};

export const plainHardSigmoid: PlainActivation = {
  h: (z) => Math.min(1, Math.max(0, z)),
  candidates: (a, m, gamma, beta) => [
    Math.max(1, m),
    Math.min(1, Math.max(0, (gamma * a + beta * m) / (gamma + beta))),
    Math.min(0, m),
  ],
};

/** What Algorithm 1 is run on. Columns are samples, as in the paper. */
export interface PlainProblem {
  readonly x: Matrix;
  readonly y: Matrix;
  readonly activation: PlainActivation;
  readonly loss: 'hinge' | 'squared';
  readonly gamma: number;
  readonly beta: number;
  readonly betaOutput: number;
  readonly bias: boolean;
  readonly ridge: number;
  readonly warmSweeps: number;
  readonly step: 1 | 2;
}

/** The blocks of a chain: layer l is at index l - 1. With a bias, it is the last column of W. */
export interface PlainState {
  readonly W: Matrix[];
  readonly a: Matrix[];
  readonly z: Matrix[];
  lambda: Matrix;
  /** Worst condition number of the least-squares problems solved so far, directions without data left out. */
  condition: number;
}

const withOnes = (a: Matrix, bias: boolean): Matrix => {
  const input = a.clone();
  return bias ? input.addRow(a.rows, Matrix.ones(1, a.columns)) : input;
};

/** W = argmin |z - W a|^2 + r |W|^2, r relative to the mean eigenvalue of a a', the row of ones exempt. */
function weights(z: Matrix, a: Matrix, { bias, ridge }: PlainProblem, state: PlainState): Matrix {
  const input = withOnes(a, bias);
  const { diagonal } = new SingularValueDecomposition(input.transpose());
  const kept = diagonal.filter((value) => value > 1e-12 * diagonal[0]!);
  state.condition = Math.max(state.condition, ...kept.map((value) => diagonal[0]! / value));
  if (ridge === 0) return z.mmul(pseudoInverse(input));
  const gram = input.mmul(input.transpose());
  const mean = a.mmul(a.transpose()).trace() / a.rows;
  for (let i = 0; i < a.rows; i++) gram.set(i, i, gram.get(i, i) + ridge * mean);
  return solve(gram, input.mmul(z.transpose())).transpose();
}

const entries = (like: Matrix, entry: (i: number, j: number) => number): Matrix => {
  const result = Matrix.zeros(like.rows, like.columns);
  for (let i = 0; i < like.rows; i++) for (let j = 0; j < like.columns; j++) result.set(i, j, entry(i, j));
  return result;
};

const lowest = (candidates: readonly number[], cost: (z: number) => number): number =>
  candidates.reduce((best, z) => (cost(z) < cost(best) ? z : best));

function outputOf(y: number, m: number, lambda: number, beta: number, loss: PlainProblem['loss']): number {
  if (loss === 'squared') return (2 * y - lambda + 2 * beta * m) / (2 + 2 * beta);
  const hinge = (z: number): number => (y === 1 ? Math.max(1 - z, 0) : Math.max(z, 0));
  const slope = y === 1 ? -1 : 1;
  const candidates = [y, m - lambda / (2 * beta), m - (lambda + slope) / (2 * beta)];
  return lowest(candidates, (z) => hinge(z) + lambda * z + beta * (z - m) ** 2);
}

/** One sweep of Algorithm 1 of Taylor et al. 2016, as plainly as it can be written; `sweep` counts from 0. */
export function algorithmOneSweep(problem: PlainProblem, state: PlainState, sweep: number): void {
  const { x, y, activation, gamma, beta, betaOutput, bias, loss, step, warmSweeps } = problem;
  const { W, a, z } = state;
  const last = z.length - 1;
  for (let l = 0; l < last; l++) {
    const input = l === 0 ? x : a[l - 1]!;
    W[l] = weights(z[l]!, input, problem, state);
    const next = l + 1 === last ? betaOutput : beta;
    const V = W[l + 1]!.subMatrix(0, z[l + 1]!.rows - 1, 0, z[l]!.rows - 1);
    const b = W[l + 1]!.mmul(withOnes(Matrix.zeros(z[l]!.rows, x.columns), bias));
    const system = Matrix.mul(V.transpose().mmul(V), next).add(Matrix.mul(Matrix.eye(z[l]!.rows), gamma));
    const h = entries(z[l]!, (i, j) => gamma * activation.h(z[l]!.get(i, j)));
    a[l] = solve(system, Matrix.mul(V.transpose().mmul(Matrix.sub(z[l + 1]!, b)), next).add(h));
    const m = W[l]!.mmul(withOnes(input, bias));
    z[l] = entries(m, (i, j) => {
      const [target, centre] = [a[l]!.get(i, j), m.get(i, j)];
      const cost = (value: number): number =>
        gamma * (target - activation.h(value)) ** 2 + beta * (value - centre) ** 2;
      return lowest(activation.candidates(target, centre, gamma, beta), cost);
    });
  }
  const input = last === 0 ? x : a[last - 1]!;
  W[last] = weights(z[last]!, input, problem, state);
  const m = W[last].mmul(withOnes(input, bias));
  const { lambda } = state;
  z[last] = entries(m, (i, j) => outputOf(y.get(i, j), m.get(i, j), lambda.get(i, j), betaOutput, loss));
  if (sweep < warmSweeps) return;
  state.lambda = Matrix.add(lambda, Matrix.sub(z[last], m).mul(step * betaOutput));
}
