import { checkTraining, type TrainingConfiguration } from '../../core/run-configuration.ts';

/** Options of the scheme: those of the paper, with few enough warm sweeps that the multiplier moves in what is timed. */
export const schemeOptions = { gamma: 10, beta: 1, warmSweeps: 3, bias: false } as const;

/** The `taylor` scheme on a chain of dense layers with ReLU, and the hinge loss, in single precision. */
export function configurationOf(
  sizes: readonly number[],
  linearAlgebra: string,
  scheme = 'taylor',
): TrainingConfiguration {
  const hidden = sizes.slice(1, -1).map((units) => ({ kind: 'dense', units, activation: 'relu' }));
  return checkTraining('bench', {
    network: { layers: [...hidden, { kind: 'dense' }], loss: 'hinge' },
    scheme: { name: scheme, ...schemeOptions },
    // The benchmark ends a run by its signal.
    stop: { sweeps: Number.MAX_SAFE_INTEGER },
    seed: 1,
    linearAlgebra,
  });
}
