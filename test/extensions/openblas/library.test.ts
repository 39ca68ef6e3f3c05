import { describe, expect, it } from 'vitest';
import { findBlas, type Blas } from '../../../extensions/openblas/library.ts';
import { loadKoffi, type Koffi, type NativeLibrary } from '../../../extensions/native/koffi.ts';

const products = ['sgemm', 'ssyrk', 'saxpy', 'dgemm', 'dsyrk', 'daxpy'].map((name) => `cblas_${name}`);
const factors = ['dpotrf_', 'dpotrs_', 'dsyevd_'];

/** A library with these functions, each of which gives its answer or nothing. */
function library(
  names: readonly string[],
  answers: Record<string, unknown> = {},
  called: unknown[] = [],
): NativeLibrary {
  return {
    func(name) {
      if (!names.includes(name) && !(name in answers)) throw new Error(`Cannot find function '${name}'`);
      return (...values: unknown[]) => {
        called.push([name, ...values]);
        return answers[name];
      };
    },
  };
}

/** A koffi that finds these libraries, and notes what it was asked for. */
function koffiWith(libraries: Record<string, NativeLibrary>): Koffi & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    load(path) {
      asked.push(path);
      const found = libraries[path];
      if (found === undefined) throw new Error(`Failed to load shared library: ${path}: no such file\nand more`);
      return found;
    },
  };
}

const look = (koffi: Koffi | string, platform = 'linux', path?: string): Blas | string =>
  findBlas({ koffi, platform, path });

const described = (found: Blas | string): unknown => (typeof found === 'string' ? found : found.description);

describe('the search for a BLAS', () => {
  it.each([
    ['linux', 'libopenblas.so.0, libmkl_rt.so.2, libblis.so.4, libcblas.so.3', 'apt-get install libopenblas0-pthread'],
    ['darwin', 'Accelerate', 'brew install openblas'],
    ['win32', 'libopenblas.dll, mkl_rt.2.dll', 'libopenblas.dll of an OpenBLAS release'],
  ])('says on %s what was tried and how to get one', (platform, tried, remedy) => {
    const found = look(koffiWith({}), platform);
    expect(found).toContain(tried);
    expect(found).toContain(remedy);
    expect(found).not.toContain('\n');
  });

  it('says that koffi is missing', () => {
    expect(look("Cannot find module 'koffi'")).toBe(
      "No BLAS can be called without the package koffi (Cannot find module 'koffi'): npm install koffi.",
    );
  });

  it('takes the first that has all functions', () => {
    const koffi = koffiWith({
      'libopenblas.so.0': library(products.slice(1)),
      'libmkl_rt.so.2': library([...products, ...factors]),
    });
    expect(described(look(koffi))).toEqual({ library: 'libmkl_rt.so.2' });
    expect(koffi.asked).toEqual(['libopenblas.so.0', 'libmkl_rt.so.2']);
  });

  it('takes LAPACK from a library of its own where the BLAS has none', () => {
    const libraries = { 'libblis.so.4': library(products), 'liblapack.so.3': library(factors) };
    expect(described(look(koffiWith(libraries)))).toEqual({ library: 'libblis.so.4', lapack: 'liblapack.so.3' });
  });

  it('takes no BLAS for which there is no LAPACK', () => {
    expect(look(koffiWith({ 'libblis.so.4': library(products) }))).toContain('No BLAS found');
  });

  it('takes the one that NOGRAD_BLAS names, and no other', () => {
    const all = library([...products, ...factors]);
    const koffi = koffiWith({ 'libopenblas.so.0': all, '/opt/blas.so': all, '/opt/other.so': library([]) });
    expect(described(look(koffi, 'linux', '/opt/blas.so'))).toEqual({ library: '/opt/blas.so' });
    expect(look(koffi, 'linux', '/opt/none.so')).toBe(
      'NOGRAD_BLAS names /opt/none.so, which cannot be used ' +
        '(Failed to load shared library: /opt/none.so: no such file): correct it, or unset it.',
    );
    expect(look(koffi, 'linux', '/opt/other.so')).toContain("Cannot find function 'cblas_sgemm'");
    expect(koffi.asked).toEqual(['/opt/blas.so', '/opt/none.so', '/opt/other.so']);
  });

  it('describes an OpenBLAS, and refuses one that counts in 64 bits', () => {
    const answers = { openblas_get_config: 'OpenBLAS 0.3.21 ', openblas_get_corename: 'Zen' };
    const open = (more: object): Blas | string =>
      look(koffiWith({ a: library([...products, ...factors], { ...answers, ...more }) }), 'linux', 'a');
    expect(described(open({}))).toEqual({ library: 'a', version: 'OpenBLAS 0.3.21', core: 'Zen' });
    expect(open({ openblas_get_config: 'OpenBLAS 0.3.21 USE64BITINT' })).toContain('64-bit integers');
  });

  it.each([
    ['Cooperlake', 1e6],
    ['Haswell', 0],
  ])('knows the products that OpenBLAS for %s does not pack', (core, unpacked) => {
    const answers = { openblas_get_corename: core };
    const found = look(koffiWith({ a: library([...products, ...factors], answers) }), 'linux', 'a');
    expect(found).toMatchObject({ unpacked });
  });

  it.each([
    [8, [['openblas_set_num_threads', 1]]],
    [1, []],
  ])('leaves one thread to an OpenBLAS that came with %s', (threads, expected) => {
    const called: unknown[][] = [];
    const answers = { openblas_get_num_threads: threads, openblas_set_num_threads: undefined };
    look(koffiWith({ a: library([...products, ...factors], answers, called) }), 'linux', 'a');
    expect(called.filter(([name]) => name === 'openblas_set_num_threads')).toEqual(expected);
  });
});

describe('the real koffi', () => {
  const koffi = loadKoffi();
  const missing = typeof koffi === 'string' ? ` (skipped: ${koffi})` : '';

  it.skipIf(missing !== '')(`tells what is wrong with a file that is no library${missing}`, () => {
    const found = look(koffi, process.platform, import.meta.filename);
    expect(found).toMatch(
      /^NOGRAD_BLAS names .*library\.test\.ts, which cannot be used \(.+\): correct it, or unset it\.$/,
    );
  });
});
