import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { LinearAlgebraBackend } from '../../../core/linear-algebra.ts';
import { mlMatrix, mlMatrixModule } from '../../../extensions/ml-matrix/index.ts';
import { linearAlgebraLaws } from '../../laws/linear-algebra.ts';

const container = new Container();
container.load(mlMatrixModule);
const backends = container.getAll<LinearAlgebraBackend>(LinearAlgebraBackend);

describe('linear algebra ml-matrix', () => {
  linearAlgebraLaws(mlMatrix);

  it.each([1e-200, 1e200])('factors matrices of the size of %s', (scale) => {
    const s = Float64Array.of(2 * scale, scale, 0, scale);
    const b = Float64Array.of(3 * scale, 2 * scale);
    mlMatrix.factorSemidefinite(s, 2, 1e-10).solve(b);
    expect(b[0]).toBeCloseTo(1, 10);
    expect(b[1]).toBeCloseTo(1, 10);
  });
});

describe('the module of ml-matrix', () => {
  it('binds two backends that are there on every machine, the faster one preferred', () => {
    const found = backends.map(({ name, preference }) => [name, preference]);
    expect(found.sort()).toEqual([
      ['ml-matrix', 0],
      ['typed-arrays', 10],
    ]);
    for (const backend of backends) expect(backend.load()).toMatchObject({ name: backend.name });
  });
});
