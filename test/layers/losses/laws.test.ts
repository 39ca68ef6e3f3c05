import { describe, expect, it } from 'vitest';
import type { OutputSolver } from '../../../core/output-solver.ts';
import { hinge, squared } from '../../../layers/losses/index.ts';
import { brokenLaws } from '../../laws/law.ts';
import { outputLawsFor } from '../../laws/output.ts';

/** A solver like another one but for its entry-by-entry rule, given $v = m - \lambda / (2 \beta)$. */
const withRule = (
  solver: OutputSolver,
  rule: (y: number, v: number, beta: number, m: number, lambda: number) => number,
): OutputSolver => ({
  ...solver,
  solve(y, m, lambda, beta, z) {
    z.data.forEach((_, i) => {
      const [centre, multiplier] = [m.data[i]!, lambda.data[i]!];
      z.data[i] = rule(y.data[i]!, centre - multiplier / (2 * beta), beta, centre, multiplier);
    });
  },
});

/** Examples enough for what is wrong everywhere. */
const few = 30;

const neverLoses = 'solve never loses to a brute-force search in float64';

describe('the laws of losses', () => {
  it.each<[string, OutputSolver]>([
    [
      'never returns the kink',
      withRule(hinge, (y, v, beta) => {
        const half = 1 / (2 * beta);
        if (y === 1) return v + half < 1 ? v + half : v;
        return v - half > 0 ? v - half : v;
      }),
    ],
    [
      'forgets the multiplier',
      withRule(hinge, (y, _, beta, m) => {
        const half = 1 / (2 * beta);
        return y === 1 ? Math.max(m, Math.min(1, m + half)) : Math.min(m, Math.max(0, m - half));
      }),
    ],
    [
      'divides by two times beta from the left',
      withRule(hinge, (y, _, beta, m, lambda) => {
        const v = m - (lambda / 2) * beta;
        const half = (1 / 2) * beta;
        return y === 1 ? Math.max(v, Math.min(1, v + half)) : Math.min(v, Math.max(0, v - half));
      }),
    ],
    [
      'takes penalties with a factor 1/2',
      withRule(squared, (y, _, beta, m, lambda) => (y - lambda + beta * m) / (1 + beta)),
    ],
    ['weighs m by 1', withRule(squared, (y, v, beta) => (y + v) / (1 + beta))],
  ])('reject a solver that %s', (_, wrong) => {
    expect(brokenLaws(outputLawsFor(wrong))).toContain(neverLoses);
  });

  it('reject a multiplier that leaves its range', () => {
    const wrong = withRule(hinge, (y, v, beta) => (y === 1 ? v + 1 / beta : v - 1 / beta));
    expect(brokenLaws(outputLawsFor(wrong))).toEqual(
      expect.arrayContaining([
        'the printed multiplier step keeps the multiplier between minus the slopes of the loss in float64',
        'the exact multiplier step keeps the multiplier between minus the slopes of the loss in float64',
      ]),
    );
  });

  it('reject a loss with other slopes than it declares', () => {
    const wrong: OutputSolver = { ...hinge, loss: (z, y) => 2 * hinge.loss(z, y) };
    expect(brokenLaws(outputLawsFor(wrong))).toContain('the loss rises along one output within the declared slopes');
  });

  it('reject a mean in place of a sum over samples', () => {
    const wrong: OutputSolver = { ...squared, loss: (z, y) => squared.loss(z, y) / z.rows };
    expect(brokenLaws(outputLawsFor(wrong), few)).toEqual(['the loss adds over samples']);
  });

  it('reject a solver that reads what it has overwritten', () => {
    const wrong: OutputSolver = {
      ...squared,
      solve(y, m, lambda, beta, z) {
        z.data.fill(0);
        squared.solve(y, m, lambda, beta, z);
      },
    };
    expect(brokenLaws(outputLawsFor(wrong), few)).toContain('the written block may be m in float64');
  });

  it('reject a sample that is solved with its neighbours', () => {
    const wrong: OutputSolver = {
      ...squared,
      solve(y, m, lambda, beta, z) {
        squared.solve(y, m, lambda, beta, z);
        z.data.fill(z.data[0]!, 0, z.cols * z.rows > 1 && z.rows > 1 ? z.cols + 1 : 0);
      },
    };
    expect(brokenLaws(outputLawsFor(wrong), few)).toContain('samples are solved alone as they are solved together');
  });

  it('reject decisions that are no classes', () => {
    const wrong: OutputSolver = { ...hinge, decide: (z, out) => void out.fill(z.cols) };
    expect(brokenLaws(outputLawsFor(wrong), few)).toEqual(['decide gives the index of a class for every sample']);
  });

  describe('of solveAndStep', () => {
    const stepLaw = 'solveAndStep is solve, three sums and the multiplier step in float64';
    const plain: OutputSolver & Required<Pick<OutputSolver, 'solveAndStep'>> = {
      ...hinge,
      solveAndStep(y, m, beta, step, lambda, z, sums) {
        hinge.solve(y, m, lambda, beta, z);
        sums[0]! += hinge.loss(z, y);
        z.data.forEach((solution, i) => {
          const move = solution - m.data[i]!;
          sums[1]! += solution * lambda.data[i]!;
          sums[2]! += move ** 2;
          lambda.data[i]! += step * beta * move;
        });
      },
    };

    it('hold for the plain loops', () => {
      expect(outputLawsFor(plain).map(({ title }) => title)).toContain(stepLaw);
      expect(brokenLaws(outputLawsFor(plain))).toEqual([]);
    });

    it.each<[string, OutputSolver['solveAndStep']]>([
      [
        'sums from zero',
        (y, m, beta, step, lambda, z, sums) => {
          plain.solveAndStep(y, m, beta, step, lambda, z, sums.fill(0));
        },
      ],
      [
        'steps before it sums',
        (y, m, beta, step, lambda, z, sums) => {
          plain.solveAndStep(y, m, beta, step, lambda, z, new Float64Array(3));
          plain.solveAndStep(y, m, beta, 0, lambda, z, sums);
        },
      ],
      [
        'steps in warm sweeps',
        (y, m, beta, step, lambda, z, sums) => {
          plain.solveAndStep(y, m, beta, Math.max(step, 1), lambda, z, sums);
        },
      ],
      [
        'forgets beta in its step',
        (y, m, beta, step, lambda, z, sums) => {
          plain.solveAndStep(y, m, beta, step / beta, lambda, z, sums);
        },
      ],
    ])('reject one that %s', (_, solveAndStep) => {
      expect(brokenLaws(outputLawsFor({ ...plain, solveAndStep: solveAndStep! }))).toContain(stepLaw);
    });
  });

  it('hold for outputs that are coupled: the squared norm of all outputs together, solved in closed form', () => {
    // l(z, y) = |sum_j (z_j - y_j)|^2: the correction is the same in every output.
    const coupled: OutputSolver = {
      ...squared,
      name: 'coupled',
      loss(z, y) {
        let sum = 0;
        for (let r = 0; r < z.rows; r++) {
          let miss = 0;
          for (let j = 0; j < z.cols; j++) miss += z.data[r * z.cols + j]! - y.data[r * z.cols + j]!;
          sum += miss ** 2;
        }
        return sum;
      },
      solve(y, m, lambda, beta, z) {
        for (let r = 0; r < z.rows; r++) {
          let miss = 0;
          for (let j = r * z.cols; j < (r + 1) * z.cols; j++) {
            z.data[j] = m.data[j]! - lambda.data[j]! / (2 * beta);
            miss += z.data[j]! - y.data[j]!;
          }
          for (let j = r * z.cols; j < (r + 1) * z.cols; j++) z.data[j]! -= miss / (beta + z.cols);
        }
      },
    };
    expect(brokenLaws(outputLawsFor(coupled))).toEqual([]);
    const uncoupled: OutputSolver = { ...squared, loss: (z, y) => coupled.loss(z, y) };
    expect(brokenLaws(outputLawsFor(uncoupled))).toContain(neverLoses);
  });
});
