import { describe, expect, it } from 'vitest';
import { block, epsilonOf, rowsOf, zeros, type Block, type Precision, type Real } from '../../../core/block.ts';
import type { OutputSolver } from '../../../core/output-solver.ts';
import {
  bestBuild,
  elementKernels,
  type Build,
  type ElementKernels,
  type OutputKernels,
} from '../../../extensions/wasm/index.ts';
import { hinge, squared } from '../../../layers/losses/index.ts';
import { distance, normalBlock, precisions, sumOf } from '../../laws/blocks.ts';
import { mustBeSame } from '../../laws/law.ts';
import { outputLaws } from '../../laws/output.ts';

const builds: readonly Build[] = bestBuild() === 'relaxed-simd' ? ['simd', 'relaxed-simd'] : ['simd'];
const losses = { hinge, squared };
const names = Object.keys(losses) as (keyof typeof losses)[];

/** A loss with sums at hand. */
type Stepping = OutputSolver & OutputKernels;

/** Lets a solver work on copies in the memory of its kernels, and copies back what it wrote. */
function inMemory(solver: Stepping, kernels: ElementKernels): Stepping {
  const rooms = precisions.map((precision) => [0, 1, 2, 3].map(() => kernels.allocate(precision, 64)!));
  const moved = (at: number, { rows, cols, data }: Block): Block => {
    const room = rooms[data instanceof Float32Array ? 0 : 1]![at]!.subarray(0, data.length);
    room.set(data);
    return block(rows, cols, room);
  };
  return {
    ...solver,
    solve(y, m, lambda, beta, z) {
      const own = moved(3, z);
      solver.solve(moved(0, y), moved(1, m), moved(2, lambda), beta, own);
      z.data.set(own.data);
    },
    solveAndStep(y, m, beta, step, lambda, z, sums) {
      const [multiplier, own] = [moved(2, lambda), moved(3, z)];
      solver.solveAndStep(moved(0, y), moved(1, m), beta, step, multiplier, own, sums);
      z.data.set(own.data);
      lambda.data.set(multiplier.data);
    },
  };
}

/** Targets, centres, multipliers, and a block for the solution. */
type Blocks = readonly [y: Block, m: Block, lambda: Block, z: Block];

function blocksOf(length: number, precision: Precision): Blocks {
  const y = normalBlock('y', length, 1, precision);
  y.data.forEach((value, i) => (y.data[i] = value > 0 ? 1 : 0));
  return [
    y,
    normalBlock('m', length, 1, precision),
    normalBlock('lambda', length, 1, precision),
    block(length, 1, zeros(precision, length).fill(NaN)),
  ];
}

const [beta, step] = [3, 2];

describe.each(builds)('losses of wasm, build %s', (build) => {
  const kernels = elementKernels(build);

  describe.each(names)('%s', (name) => {
    const plain = losses[name];
    const fast = { ...plain, ...kernels[name] };

    describe('on any arrays', () => outputLaws(fast));
    describe('in place', () => outputLaws(inMemory(fast, kernels)));

    it.each(precisions)('has the sums of arrays of any length in %s', (precision) => {
      for (const length of [0, 1, 3, 4, 255, 257, 16_384, 16_385, 50_003]) {
        const [y, m, lambda, z] = blocksOf(length, precision);
        const before = lambda.data.slice();
        const sums = Float64Array.of(1, 2, 3);
        fast.solveAndStep(y, m, beta, step, lambda, z, sums);
        const alone = block(length, 1, zeros(precision, length));
        fast.solve(y, m, block(length, 1, before), beta, alone);
        mustBeSame('z', z.data, alone.data);
        const exact = (from: Block): Block => block(length, 1, Float64Array.from(from.data));
        const loss = 1 + plain.loss(exact(z), exact(y));
        const expected = [
          { value: loss, scale: loss },
          sumOf(length, (i) => z.data[i]! * before[i]!, 2),
          sumOf(length, (i) => (z.data[i]! - m.data[i]!) ** 2, 3),
        ];
        expected.forEach(({ value, scale }, i) => {
          const limit = (precision === 'float32' ? 256 : length + 4) * epsilonOf(precision) * scale;
          expect(Math.abs(sums[i]! - value)).toBeLessThanOrEqual(limit);
        });
        const stepped = before.map((value, i) => value + step * beta * (z.data[i]! - m.data[i]!));
        expect(distance(lambda.data, stepped)).toBeLessThanOrEqual(256 * epsilonOf(precision));
      }
    });

    it.each(precisions)('gives the same bits wherever each of the arrays lies in %s', (precision) => {
      const own = elementKernels(build);
      for (const length of [5, 16_385]) {
        const expected = blocksOf(length, precision);
        const sums = new Float64Array(3);
        own[name].solveAndStep(expected[0], expected[1], beta, step, expected[2], expected[3], sums);
        for (let inside = 1; inside < 16; inside++) {
          const found = blocksOf(length, precision).map((from, at) => {
            if (((inside >> at) & 1) === 0) return from;
            const room = own.allocate(precision, length)!;
            room.set(from.data);
            return block(length, 1, room);
          }) as unknown as Blocks;
          const ownSums = new Float64Array(3);
          own[name].solveAndStep(found[0], found[1], beta, step, found[2], found[3], ownSums);
          found.forEach(({ data }, at) => mustBeSame(`array ${at} of ${inside}`, data, expected[at]!.data));
          mustBeSame('sums', ownSums, sums);
        }
      }
    });

    it.each(precisions)('touches nothing beyond some rows of a block in %s', (precision) => {
      const own = elementKernels(build);
      const place = (data: Real): Block => {
        const room = own.allocate(precision, data.length)!;
        room.set(data);
        return block(data.length, 1, room);
      };
      const [y, m, lambda, z] = blocksOf(11, precision).map(({ data }) => place(data.fill(7))) as unknown as Blocks;
      const middle = (whole: Block): Block => rowsOf(whole, 3, 8);
      own[name].solveAndStep(middle(y), middle(m), beta, step, middle(lambda), middle(z), new Float64Array(3));
      for (const { data } of [y, m, lambda, z]) {
        mustBeSame('rows before', data.subarray(0, 3), zeros(precision, 3).fill(7));
        mustBeSame('rows after', data.subarray(8), zeros(precision, 3).fill(7));
      }
    });

    it.each(precisions)('solves over its own centres, in place too, in %s', (precision) => {
      for (const allocate of [zeros, kernels.allocate.bind(kernels)]) {
        const [y, m, lambda, z] = blocksOf(9, precision);
        fast.solve(y, m, lambda, beta, z);
        const centres = block(9, 1, allocate(precision, 9)!);
        centres.data.set(m.data);
        fast.solve(y, centres, lambda, beta, centres);
        mustBeSame('z', centres.data, z.data);
      }
    });

    it.each(precisions)('leaves multipliers alone without a step, NaN or not, in %s', (precision) => {
      const [y, m, lambda, z] = blocksOf(9, precision);
      const before = lambda.data.slice();
      m.data[2] = NaN;
      m.data[8] = Infinity;
      fast.solveAndStep(y, m, beta, 0, lambda, z, new Float64Array(3));
      mustBeSame('multipliers', lambda.data, before);
    });

    it.each(precisions)('lets NaN through to the solution, the sums and the multiplier in %s', (precision) => {
      for (const at of [0, 8]) {
        for (const poisoned of [1, 2]) {
          const blocks = blocksOf(9, precision);
          const [y, m, lambda, z] = blocks;
          blocks[poisoned]!.data[at] = NaN;
          const sums = new Float64Array(3);
          fast.solveAndStep(y, m, beta, step, lambda, z, sums);
          expect([...sums]).toEqual([NaN, NaN, NaN]);
          z.data.forEach((value, i) => expect(Number.isNaN(value)).toBe(i === at));
          lambda.data.forEach((value, i) => expect(Number.isNaN(value)).toBe(i === at));
        }
      }
    });
  });
});
