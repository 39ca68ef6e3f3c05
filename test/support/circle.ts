import { block, random, residentData, type TrainingData } from '../../core/index.ts';

/** A small network for it. */
export const network = {
  layers: [{ kind: 'dense', units: 4, activation: 'relu' }, { kind: 'dense' }],
  loss: 'hinge',
};

/** Points inside and outside a circle. */
export function circle(samples = 60, targets = 1): TrainingData {
  const stream = random('circle');
  const x = Float64Array.from({ length: 2 * samples }, () => stream.normal());
  const inside = (row: number): number => (x[2 * row]! ** 2 + x[2 * row + 1]! ** 2 < 1.4 ? 1 : 0);
  const y = Float64Array.from({ length: samples * targets }, (_, i) => inside(Math.floor(i / targets)));
  const train = residentData('circle', block(samples, 2, x), block(samples, targets, y));
  return { train, classes: ['outside', 'inside'] };
}
