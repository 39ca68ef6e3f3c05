import * as fc from 'fast-check';
import { zeros, type Block, type Precision, type Real } from '../../core/block.ts';
import type { LayerSolver } from '../../core/layer-solver.ts';
import { normalBlock, unwritten } from './blocks.ts';

/** Makes the layer under test, for data of that precision. */
export type MakeLayer = (precision: Precision) => LayerSolver;

/** Some samples with targets and weights, all from one seed. */
export interface Sample {
  readonly a: Block;
  readonly z: Block;
  readonly w: Real;
}

/** Seeds of samples. */
export const seeds = fc.integer({ min: 0, max: 1e6 });
/** A few samples. */
export const problems = fc.record({ seed: seeds, rows: fc.integer({ min: 1, max: 9 }) });

/** More samples than weights, so that the least-squares problem has one well-determined solution. */
export const ampleRows = (layer: LayerSolver): number => 3 * (layer.inputs + 2);

/** Normal samples, targets and weights; both precisions get the same numbers. */
export const sampleOf = (layer: LayerSolver, seed: number | string, rows: number, precision: Precision): Sample => ({
  a: normalBlock(`${seed}a`, rows, layer.inputs, precision),
  z: normalBlock(`${seed}z`, rows, layer.outputs, precision),
  w: normalBlock(`${seed}w`, 1, layer.weights, precision).data,
});

/** Sum of products. */
export const dot = (a: Real, b: Real): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
/** Root of the sum of squares. */
export const norm = (values: Real): number => Math.sqrt(dot(values, values));
/** a + factor b, entry by entry. */
export const plus = (a: Real, b: Real, factor = 1): Real => a.map((value, i) => value + factor * b[i]!);

/** What `apply` writes, over NaN. */
export function applied(layer: LayerSolver, w: Real, a: Block, precision: Precision): Block {
  const z = unwritten(a.rows, layer.outputs, precision);
  layer.apply(w, a, z);
  return z;
}

/** $W a$ alone: what `apply` gives, less the bias. */
export function linearPart(layer: LayerSolver, w: Real, a: Block, precision: Precision): Real {
  const nothing = { ...a, data: zeros(precision, a.data.length) };
  return plus(applied(layer, w, a, precision).data, applied(layer, w, nothing, precision).data, -1);
}

/** Statistics of some samples, on top of what `s` holds. */
export function gather(layer: LayerSolver, { a, z }: Pick<Sample, 'a' | 'z'>, s: Float64Array): Float64Array {
  layer.gatherInputs(a, s);
  layer.gatherTargets(a, z, s);
  return s;
}
