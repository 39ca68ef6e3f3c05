import { curves, defineExperiment, final, grid } from '../extensions/cli/experiment/index.ts';

/** Deep hard-tanh and hard-sigmoid networks, in which most units lie where the slope is zero. */
export const saturation = defineExperiment({
  title: 'Saturating activations',
  data: { train: 'mnist', test: 'mnist-test', standardise: false, limit: 10_000 },
  base: { stop: { sweeps: 15 } },
  variants: grid({ activation: ['hard-tanh', 'hard-sigmoid'] }, ({ activation }) => ({
    network: {
      layers: [{ kind: 'dense', units: 100, activation }, { kind: 'dense', units: 100, activation }, { kind: 'dense' }],
    },
  })),
  measurements: { 'test accuracy': final() },
  figures: { 'accuracy over time': curves() },
});
