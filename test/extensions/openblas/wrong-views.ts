import * as fc from 'fast-check';
import type { Block, Real } from '../../../core/block.ts';
import type { LinearAlgebra } from '../../../core/linear-algebra.ts';
import { normalBlock, precisions } from '../../laws/blocks.ts';
import { law, type Law } from '../../laws/law.ts';

/** A mistake made in a block: the result can no longer be one that its call may take. */
type Mistake = (right: Block) => Block;

const over = (view: unknown): Real => view as Real;
const zerosLike = (data: Real, length: number): Real =>
  data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);

/** Wrong in themselves, whatever they are multiplied with. */
const wrongAlone: Record<string, Mistake> = {
  'one number too few': ({ data, ...sizes }) => ({ ...sizes, data: data.subarray(0, data.length - 1) }),
  'one number too many': ({ data, ...sizes }) => ({ ...sizes, data: zerosLike(data, data.length + 1) }),
  'no numbers': ({ data, ...sizes }) => ({ ...sizes, data: data.subarray(0, 0) }),
  integers: ({ data, ...sizes }) => ({ ...sizes, data: over(Int32Array.from(data)) }),
  'a plain array': ({ data, ...sizes }) => ({ ...sizes, data: over(Array.from(data)) }),
  'half a row': ({ data }) => ({ rows: 0.5, cols: 2 * data.length, data }),
  'negative sizes': ({ rows, cols, data }) => ({ rows: -rows, cols: -cols, data }),
  'sizes that are not numbers': ({ data }) => ({ rows: NaN, cols: NaN, data }),
  'more rows than BLAS can count': ({ data }) => ({ rows: 2 ** 32 + data.length, cols: 1, data }),
};

/** Right in themselves, but not beside the others. */
const wrongTogether: Record<string, Mistake> = {
  'the other precision': ({ data, ...sizes }) => ({
    ...sizes,
    data: data instanceof Float32Array ? Float64Array.from(data) : Float32Array.from(data),
  }),
  'a row more': ({ rows, cols, data }) => ({
    rows: rows + 1,
    cols,
    data: zerosLike(data, (rows + 1) * cols),
  }),
};

const wrongSums: Record<string, (right: Float64Array) => Float64Array> = {
  'one number too few': (right) => right.subarray(0, right.length - 1),
  'one number too many': (right) => new Float64Array(right.length + 1),
  'a Float32Array': (right) => over(Float32Array.from(right)) as Float64Array,
  'a plain array': (right) => over(Array.from(right)) as Float64Array,
};

function mustRefuse(what: string, call: () => void): void {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof RangeError || thrown instanceof TypeError) return;
    throw thrown;
  }
  throw new Error(`${what} was not refused.`);
}

const sizes = fc.record({
  seed: fc.nat(1e6),
  n: fc.integer({ min: 1, max: 9 }),
  p: fc.integer({ min: 1, max: 9 }),
  d: fc.integer({ min: 1, max: 9 }),
  transpose: fc.boolean(),
  keep: fc.constantFrom<(0 | 1)[]>(0, 1),
  precision: fc.constantFrom(...precisions),
});

const productLaw = (la: LinearAlgebra): Law =>
  law('multiply refuses wrong views', sizes, ({ seed, n, p, d, precision, ...form }) => {
    const right = [
      normalBlock(seed, n, d, precision),
      form.transpose ? normalBlock(seed, p, d, precision) : normalBlock(seed, d, p, precision),
      normalBlock(seed, n, p, precision),
    ] as const;
    for (const [what, mistake] of Object.entries({ ...wrongAlone, ...wrongTogether })) {
      for (let at = 0; at < 3; at++) {
        const [a, b, c] = right.map((one, i) => (i === at ? mistake(one) : one)) as [Block, Block, Block];
        mustRefuse(`${what} in block ${'abc'[at]!}`, () => la.multiply(a, b, form, c));
      }
    }
    const [a, c] = overlapping(right[0], right[2]);
    mustRefuse('the result over the end of a', () => la.multiply(a, right[1], form, c));
  });

/** Both blocks in one piece of memory: `c` begins at the last number of `a`. */
function overlapping(a: Block, c: Block): [Block, Block] {
  const all = zerosLike(a.data, a.data.length + c.data.length - 1);
  return [
    { ...a, data: all.subarray(0, a.data.length) },
    { ...c, data: all.subarray(a.data.length - 1) },
  ];
}

const sumsLaw = (la: LinearAlgebra): Law =>
  law('gram and cross refuse wrong views', sizes, ({ seed, n, p, d, precision }) => {
    const [z, a] = [normalBlock(seed, n, p, precision), normalBlock(seed, n, d, precision)];
    const [grams, crosses] = [new Float64Array(d * d), new Float64Array(p * d)];
    for (const [what, mistake] of Object.entries(wrongAlone)) {
      mustRefuse(`${what} in gram`, () => la.gram(mistake(a), grams));
    }
    for (const [what, mistake] of Object.entries({ ...wrongAlone, ...wrongTogether })) {
      mustRefuse(`${what} in z of cross`, () => la.cross(mistake(z), a, crosses));
      mustRefuse(`${what} in a of cross`, () => la.cross(z, mistake(a), crosses));
    }
    for (const [what, mistake] of Object.entries(wrongSums)) {
      mustRefuse(`${what} in the sums of gram`, () => la.gram(a, mistake(grams)));
      mustRefuse(`${what} in the sums of cross`, () => la.cross(z, a, mistake(crosses)));
    }
  });

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

const systemLaw = (la: LinearAlgebra): Law =>
  law('factors refuse wrong matrices and sizes', sizes, ({ n }) => {
    const s = identity(n);
    for (const how of ['factor', 'factorSemidefinite'] as const) {
      for (const [what, mistake] of Object.entries(wrongSums)) {
        mustRefuse(`a matrix with ${what}`, () => la[how](mistake(s), n, 0));
      }
      for (const size of [n + 1, n - 1, -n, NaN, Infinity]) mustRefuse(`size ${size}`, () => la[how](s, size, 0));
      mustRefuse('a size of 0.5', () => la[how](Float64Array.of(0.25), 0.5, 0));
    }
  });

const rightHandSideLaw = (la: LinearAlgebra): Law =>
  law('factors refuse wrong right-hand sides', sizes, ({ n, p }) => {
    for (const factor of [la.factor(identity(n + 1), n + 1, 0)!, la.factorSemidefinite(identity(n + 1), n + 1, 0)]) {
      for (const [what, mistake] of Object.entries(wrongSums)) {
        mustRefuse(`right-hand sides with ${what}`, () => factor.solve(mistake(new Float64Array(p * (n + 1)))));
      }
    }
  });

/** Views that a native library would read or write past the end of: each is refused by a `RangeError` or `TypeError`. */
export const refusesWrongViews = (la: LinearAlgebra): readonly Law[] => [
  productLaw(la),
  sumsLaw(la),
  systemLaw(la),
  rightHandSideLaw(la),
];
