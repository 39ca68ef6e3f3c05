import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { block, type Block } from '../../../core/block.ts';
import { LinearAlgebraBackend, type LinearAlgebra } from '../../../core/linear-algebra.ts';
import { describeBlas, openBlas, openBlasModule, type BlasDescription } from '../../../extensions/openblas/index.ts';
import { blasKernels } from '../../../extensions/openblas/kernels.ts';
import { findBlas, type Blas } from '../../../extensions/openblas/library.ts';
import { loadKoffi } from '../../../extensions/native/koffi.ts';
import { distance, normalBlock, normals, precisions } from '../../laws/blocks.ts';
import { brokenLaws, registerLaws } from '../../laws/law.ts';
import { linearAlgebraLaws, linearAlgebraLawsFor } from '../../laws/linear-algebra.ts';
import { pythonWithNumpy, runPython } from '../../support/python.ts';
import { watchedBlas } from './watched-blas.ts';
import { refusesWrongViews } from './wrong-views.ts';

const loaded = openBlas.load();
const absent = typeof loaded === 'string' ? ` (skipped: ${loaded})` : '';
const la = loaded as LinearAlgebra;
const noNumpy = pythonWithNumpy() === undefined ? ' (skipped: no Python with numpy and scipy)' : absent;

describe.skipIf(absent !== '')(`linear algebra openblas${absent}`, () => {
  linearAlgebraLaws(la);
  registerLaws(refusesWrongViews(la));

  it('does nothing with nothing', () => {
    const empty = (rows: number, cols: number): Block => block(rows, cols, new Float32Array(0));
    const c = block(2, 2, Float32Array.of(1, 2, 3, NaN));
    la.multiply(empty(2, 0), empty(0, 2), { transpose: false, keep: 1 }, c);
    expect([...c.data]).toEqual([1, 2, 3, NaN]);
    la.multiply(empty(2, 0), empty(2, 0), { transpose: true, keep: 0 }, c);
    expect([...c.data]).toEqual([0, 0, 0, 0]);
    la.multiply(empty(0, 3), empty(0, 3), { transpose: true, keep: 0 }, empty(0, 0));
    la.gram(empty(5, 0), new Float64Array(0));
    la.cross(empty(5, 0), block(5, 1, new Float32Array(5)), new Float64Array(0));
    for (const factor of [la.factor(new Float64Array(0), 0, 0)!, la.factorSemidefinite(new Float64Array(0), 0, 0)]) {
      expect(factor.rank).toBe(0);
      factor.solve(new Float64Array(0));
    }
  });

  it('computes on views in the middle of shared memory, and writes nothing beside them', () => {
    const memory = new Float32Array(new SharedArrayBuffer(4 * 20)).fill(7);
    const a = block(2, 3, memory.subarray(1, 7));
    const c = block(2, 2, memory.subarray(10, 14));
    a.data.set([1, 2, 3, 4, 5, 6]);
    la.multiply(a, block(2, 3, Float32Array.of(1, 0, 0, 0, 1, 1)), { transpose: true, keep: 0 }, c);
    expect([...memory]).toEqual([7, 1, 2, 3, 4, 5, 6, 7, 7, 7, 1, 5, 4, 11, 7, 7, 7, 7, 7, 7]);
  });

  it.each([0, 500, 1e5])('adds up the same where products of up to %s multiplications are not packed', (unpacked) => {
    const path = (describeBlas() as BlasDescription).library;
    const blas = findBlas({ koffi: loadKoffi(), platform: process.platform, path }) as Blas;
    const laws = linearAlgebraLawsFor(blasKernels({ ...blas, unpacked })).filter(({ title }) =>
      /gram|cross/.test(title),
    );
    expect(laws).toHaveLength(4);
    expect(brokenLaws(laws)).toEqual([]);
  });

  it.each([1e-200, 1e200])('factors matrices of the size of %s', (scale) => {
    const s = Float64Array.of(2 * scale, scale, 0, scale);
    for (const factor of [la.factor(s, 2, 1e-10)!, la.factorSemidefinite(s, 2, 1e-10)]) {
      const b = Float64Array.of(3 * scale, 2 * scale);
      factor.solve(b);
      expect(b[0]).toBeCloseTo(1, 10);
      expect(b[1]).toBeCloseTo(1, 10);
    }
  });

  it.each(precisions)('adds a triangle of any size to the sums in %s', (precision) => {
    // With AVX-512, 150 x 90 x 90 multiplications are done by the triangle, 20 x 90 x 90 in full.
    for (const rows of [20, 150]) {
      const a = normalBlock(rows, rows, 90, precision);
      const [gram, cross] = [new Float64Array(8100).fill(1), new Float64Array(8100).fill(1)];
      la.gram(a, gram);
      la.cross(a, a, cross);
      const above = (_: number, i: number): boolean => i % 90 >= Math.floor(i / 90);
      expect(distance(gram.filter(above), cross.filter(above))).toBeLessThan(1e-4);
      expect(gram.filter((value, i) => !above(value, i)).every((value) => value === 1)).toBe(true);
    }
  });

  it('sees one thread per worker', () => {
    expect(process.env['OPENBLAS_NUM_THREADS']).toBe('1');
    expect(describeBlas()).toMatchObject({ library: expect.any(String) as string });
  });
});

const numpyScript = `
import numpy as np, scipy.linalg as sl
x = np.array(data["x"]).reshape(-1, data["d"])
z = np.array(data["z"]).reshape(-1, data["p"])
s = x.T @ x
b = np.array(data["b"]).reshape(-1, data["d"])
twice = np.vstack([np.hstack([s, s]), np.hstack([s, s])])
b2 = np.hstack([b, b + 1])
result = dict(
    product=(x @ (z.T @ x).T).ravel().tolist(),
    gram=np.triu(s).ravel().tolist(),
    cross=(z.T @ x).ravel().tolist(),
    solution=sl.solve(s, b.T, assume_a="pos").T.ravel().tolist(),
    least=(np.linalg.pinv(twice, rcond=1e-10, hermitian=True) @ b2.T).T.ravel().tolist(),
    rank=int(np.linalg.matrix_rank(twice, tol=1e-10 * np.abs(twice).sum(), hermitian=True)),
    twice=twice.ravel().tolist(), b2=b2.ravel().tolist())
`;

describe.skipIf(noNumpy !== '')(`openblas against numpy${noNumpy}`, () => {
  it.each([
    ['float32', 2e-4],
    ['float64', 1e-10],
  ] as const)('gives its products, solutions and rank in %s', (precision, error) => {
    const [n, p, d] = [130, 17, 45];
    const [x, z, b] = [normalBlock('x', n, d, precision), normalBlock('z', n, p, precision), normals('b', 6 * d)];
    const input = { x: Array.from(x.data), z: Array.from(z.data), b: Array.from(b), p, d };
    const numpy = runPython(numpyScript, input) as Record<string, number[]> & { rank: unknown };
    const [gram, cross] = [new Float64Array(d * d), new Float64Array(p * d)];
    la.gram(x, gram);
    la.cross(z, x, cross);
    expect(distance(gram, numpy['gram']!)).toBeLessThan(error);
    expect(distance(cross, numpy['cross']!)).toBeLessThan(error);
    const right = block(p, d, precision === 'float32' ? Float32Array.from(cross) : cross);
    const product = normalBlock('c', n, p, precision);
    la.multiply(x, right, { transpose: true, keep: 0 }, product);
    expect(distance(product.data, numpy['product']!)).toBeLessThan(30 * error);
    const solution = b.slice();
    la.factor(gram, d, 1e-12)!.solve(solution);
    expect(distance(solution, numpy['solution']!)).toBeLessThan(error);
    const least = Float64Array.from(numpy['b2']!);
    const factor = la.factorSemidefinite(Float64Array.from(numpy['twice']!), 2 * d, 1e-10);
    factor.solve(least);
    expect(factor.rank).toBe(numpy.rank);
    expect(distance(least, numpy['least']!)).toBeLessThan(1e-9);
  });
});

describe('what reaches the library', () => {
  const { blas, calls } = watchedBlas(1e6);
  const watched = blasKernels(blas);
  const [products, factors] = [refusesWrongViews(watched).slice(0, 3), refusesWrongViews(watched).slice(3)];

  it('is no wrong view, matrix or size', () => {
    calls.length = 0;
    expect(brokenLaws(products)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('is no wrong right-hand side', () => {
    calls.length = 0;
    expect(brokenLaws(factors)).toEqual([]);
    expect(new Set(calls)).toEqual(new Set(['dpotrf_', 'dsyevd_']));
  });

  it.each([
    ['float32', 40, ['cblas_sgemm', 'cblas_sgemm', 'cblas_sgemm', 'cblas_daxpy']],
    ['float32', 200, ['cblas_sgemm', 'cblas_ssyrk', 'cblas_sgemm', 'cblas_daxpy']],
    ['float64', 40, ['cblas_dgemm', 'cblas_dsyrk', 'cblas_dgemm']],
  ] as const)('are the right views: of %s, %s features', (precision, d, expected) => {
    calls.length = 0;
    const a = normalBlock('a', 100, d, precision);
    const w = normalBlock('w', d, d, precision);
    watched.multiply(a, w, { transpose: false, keep: 0 }, normalBlock('c', 100, d, precision));
    watched.gram(a, new Float64Array(d * d));
    watched.cross(a, a, new Float64Array(d * d));
    expect(calls).toEqual(expected);
  });

  it('is a thin product in equal parts that are not packed', () => {
    calls.length = 0;
    // 300 x 28 x 103 multiplications fit 1e6, so 512 samples are five parts, and one sum; of 300 x 300 not even 32 samples fit.
    watched.cross(normalBlock('z', 512, 300, 'float32'), normalBlock('a', 512, 28, 'float32'), new Float64Array(8400));
    expect(calls).toHaveLength(6);
    watched.cross(normalBlock('z', 512, 300, 'float32'), normalBlock('a', 512, 300, 'float32'), new Float64Array(9e4));
    expect(calls).toHaveLength(8);
  });

  it('tells what is wrong, with the numbers', () => {
    const one = (): Block => block(1, 1, new Float32Array(1));
    const form = { transpose: false, keep: 0 } as const;
    expect(() => watched.multiply(block(1, 1, new Float64Array(1)), one(), form, one())).toThrow(
      'Block a holds Float64Array and block b Float32Array: BLAS takes one precision at a time.',
    );
    expect(() => watched.gram({ rows: -1, cols: -1, data: one().data }, new Float64Array(1))).toThrow(
      'Block a of -1 x -1: BLAS takes whole numbers from 0 to 2147483647.',
    );
    expect(() => watched.factor(new Float64Array(4), -2, 0)).toThrow('The size n of a system is -2');
    expect(() => watched.factor(Float64Array.of(1, 0, 0, 1), 2, 0)!.solve(new Float64Array(5))).toThrow(
      'The number of rows of 2 in right-hand sides of 5 numbers is 2.5',
    );
  });
});

describe('the module of openblas', () => {
  it('binds one backend, preferred to all that need no library', () => {
    const container = new Container();
    container.load(openBlasModule);
    const backends = container.getAll<LinearAlgebraBackend>(LinearAlgebraBackend);
    expect(backends.map(({ name, preference }) => [name, preference])).toEqual([['openblas', 100]]);
  });

  it('gives kernels of its name, or one line that says how to get a library', () => {
    const answer = openBlas.load();
    if (typeof answer === 'string') expect(answer).toMatch(/^.*(install|NOGRAD_BLAS).*$/);
    else expect(answer.name).toBe('openblas');
    expect(typeof describeBlas()).toBe(typeof answer === 'string' ? 'string' : 'object');
  });
});
