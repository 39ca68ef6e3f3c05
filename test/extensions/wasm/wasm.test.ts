import { spawnSync } from 'node:child_process';
import { Container } from 'inversify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { block, epsilonOf, zeros, type Block } from '../../../core/block.ts';
import { LinearAlgebraBackend } from '../../../core/linear-algebra.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { bestBuild, wasm, wasmModule, type Build } from '../../../extensions/wasm/index.ts';
import { distance, largest, normalBlock, precisions } from '../../laws/blocks.ts';
import { linearAlgebraLaws } from '../../laws/linear-algebra.ts';

const builds: readonly Build[] = bestBuild() === 'relaxed-simd' ? ['simd', 'relaxed-simd'] : ['simd'];

describe.each(builds)('linear algebra wasm, build %s', (build) => {
  const kernels = wasm(build, mlMatrix);
  linearAlgebraLaws(kernels);

  /** Sizes around those of panels and register tiles, of the chunks of depth and samples, and of a strip of sums. */
  const sizes = [
    [1, 1, 1],
    [3, 257, 12],
    [5, 300, 28],
    [49, 513, 53],
    [2, 100, 300],
    [7, 1030, 97],
  ] as const;

  describe.each(precisions)('in %s', (precision) => {
    it.each(sizes)('multiplies %i x %i by %i columns as ml-matrix does', (rows, depth, cols) => {
      for (const transpose of [false, true]) {
        for (const keep of [0, 1] as const) {
          const a = normalBlock('a', rows, depth, precision);
          const b = transpose ? normalBlock('b', cols, depth, precision) : normalBlock('b', depth, cols, precision);
          const [found, expected] = [0, 1].map(() => normalBlock('c', rows, cols, precision));
          kernels.multiply(a, b, { transpose, keep }, found!);
          mlMatrix.multiply(a, b, { transpose, keep }, expected!);
          const limit = epsilonOf(precision) * depth ** 1.5 + 8 * epsilonOf(precision);
          expect(distance(found!.data, expected!.data)).toBeLessThanOrEqual(limit);
        }
      }
    });

    it.each(sizes)(
      'sums the products of %i features over %i samples with %i features as ml-matrix does',
      (d, samples, p) => {
        const [z, a] = [normalBlock('z', samples, p, precision), normalBlock('a', samples, d, precision)];
        const limit = epsilonOf(precision) * samples ** 1.5 + 8 * epsilonOf(precision);
        for (const [left, right] of [
          [z, a],
          [a, z],
          [z, z],
        ] as const) {
          const [found, expected] = [0, 1].map(() => new Float64Array(left.cols * right.cols).fill(0.5));
          kernels.cross(left, right, found!);
          mlMatrix.cross(left, right, expected!);
          expect(distance(found!, expected!)).toBeLessThanOrEqual(limit);
        }
        const [found, expected] = [0, 1].map(() => new Float64Array(p * p).fill(0.5));
        kernels.gram(z, found!);
        mlMatrix.gram(z, expected!);
        expect(distance(found!, expected!)).toBeLessThanOrEqual(limit);
      },
    );
  });

  it('multiplies more rows than it copies at a time', () => {
    const rows = 300_000;
    const a = block(
      rows,
      1,
      Float32Array.from({ length: rows }, (_, i) => i % 1000),
    );
    const c = block(rows, 2, zeros('float32', 2 * rows).fill(1));
    kernels.multiply(a, block(2, 1, Float32Array.of(1, -2)), { transpose: true, keep: 1 }, c);
    expect(largest(c.data.map((value, i) => value - 1 - ((i >> 1) % 1000) * (i % 2 === 0 ? 1 : -2)))).toBe(0);
  });

  it('adds up the products of many samples in f64', () => {
    const ones = block(2 ** 20, 1, zeros('float32', 2 ** 20).fill(1 + 2 ** -12));
    const s = Float64Array.of(0);
    kernels.gram(ones, s);
    expect(Math.abs(s[0]! / (2 ** 20 * (1 + 2 ** -12) ** 2) - 1)).toBeLessThan(512 * epsilonOf('float32'));
    kernels.cross(ones, ones, s.fill(2 ** 45));
    expect(s[0]! - 2 ** 45).toBeGreaterThan(2 ** 20);
  });

  it('multiplies blocks of mixed precision in the precision of the result, and sums them in f64', () => {
    const a = block(1, 1, Float32Array.of(3));
    const b = block(2, 1, Float64Array.of(0.1, 2));
    const wide = block(1, 2, new Float64Array(2));
    kernels.multiply(a, b, { transpose: true, keep: 0 }, wide);
    expect([...wide.data]).toEqual([3 * 0.1, 6]);
    const single = block(1, 2, new Float32Array(2));
    kernels.multiply(a, b, { transpose: true, keep: 0 }, single);
    expect([...single.data]).toEqual([Math.fround(3 * Math.fround(0.1)), 6]);
    const s = Float64Array.of(0, 0);
    kernels.cross(a, block(1, 2, b.data), s);
    expect([...s]).toEqual([3 * 0.1, 6]);
  });

  it('takes views into larger arrays, shared ones too, and writes no number beside them', () => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * 64)).fill(7);
    const at = (from: number, rows: number, cols: number): Block =>
      block(rows, cols, shared.subarray(from, from + rows * cols));
    const c = at(40, 3, 5);
    kernels.multiply(at(1, 3, 4), at(17, 4, 5), { transpose: false, keep: 0 }, c);
    expect([...c.data]).toEqual(Array<number>(15).fill(4 * 49));
    expect([...shared.subarray(0, 40), ...shared.subarray(55)]).toEqual(Array<number>(49).fill(7));
  });

  it('keeps a NaN and an infinity to the rows they belong to', () => {
    const a = block(4, 2, Float32Array.of(NaN, 1, 1, 1, Infinity, 1, 1, 1));
    const c = block(4, 1, new Float32Array(4));
    kernels.multiply(a, block(1, 2, Float32Array.of(1, 1)), { transpose: true, keep: 0 }, c);
    expect([...c.data]).toEqual([NaN, 2, Infinity, 2]);
  });

  it('takes over the rank-revealing factorisation that it was given', () => {
    const own = { rank: 3, solve: () => undefined };
    expect(wasm(build, { factorSemidefinite: () => own }).factorSemidefinite(new Float64Array(9), 3, 0)).toBe(own);
  });

  it('tells the shapes that do not fit', () => {
    const zero = (rows: number, cols: number): Block => block(rows, cols, new Float32Array(rows * cols));
    expect(() => kernels.multiply(zero(2, 3), zero(4, 5), { transpose: true, keep: 0 }, zero(2, 4))).toThrow(
      'Cannot multiply 2 x 3 by transposed 4 x 5 into 2 x 4.',
    );
  });
});

describe('the module of wasm', () => {
  const container = new Container();
  container.load(wasmModule(mlMatrix));
  const backend = container.get<LinearAlgebraBackend>(LinearAlgebraBackend);

  afterEach(() => void vi.restoreAllMocks());

  it('binds one backend, preferred to plain JavaScript', () => {
    expect(backend).toMatchObject({ name: 'wasm', preference: 50 });
    expect(backend.load()).toMatchObject({ name: 'wasm' });
    expect(backend.load()).toBe(backend.load());
  });

  it('says so where the runtime has no SIMD', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect(bestBuild()).toBeUndefined();
    expect(backend.load()).toMatch(/no WebAssembly SIMD/);
  });

  it('takes the build without fused products where the runtime has no relaxed SIMD', () => {
    const answers = [false, true];
    vi.spyOn(WebAssembly, 'validate').mockImplementation(() => answers.shift()!);
    expect(bestBuild()).toBe('simd');
  });
});

describe('the generated kernels', () => {
  it('are what their sources compile to', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/build-wasm.mjs', '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
