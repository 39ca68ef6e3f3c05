import { curves, defineExperiment, final } from '../extensions/cli/experiment/index.ts';

/** Whether the streaming form of `nested` ever diverges with its defaults: many seeds, three kinds of data, two losses. */
export const streamingStability = defineExperiment(({ file }) => {
  const higgs = file('higgs-train.csv.gz');
  const layers = [{ kind: 'dense', units: 300, activation: 'relu' }, { kind: 'dense' }];
  const network = (loss: string): { loss: string; layers: typeof layers } => ({ loss, layers });
  const sets = {
    mnist: { train: 'mnist', test: 'mnist-test', standardise: false, limit: 10_000 },
    'fashion-mnist': { train: 'fashion-mnist', test: 'fashion-mnist-test', standardise: false, limit: 10_000 },
    ...(higgs !== undefined && { higgs: { train: higgs, label: 'first', validation: 0.1, limit: 10_000 } }),
  };
  const losses = ['squared', 'hinge'];
  const variants = Object.entries(sets).flatMap(([name, data]) =>
    losses.map(
      (loss) => [`${name}, ${loss}`, { data, network: network(loss), factors: { data: name, loss } }] as const,
    ),
  );
  return {
    title: 'Whether the streaming form diverges',
    about: 'A run that diverges, or fails in another way, has no accuracy. Recoveries are those of the last sweep.',
    data: { train: 'mnist' },
    base: { scheme: { name: 'nested', chunk: 500 }, stop: { sweeps: 3 }, keepBest: false },
    variants: Object.fromEntries(variants),
    seeds: 20,
    measurements: {
      'training accuracy': final('train.accuracy'),
      recoveries: final('measures.recoveries'),
      shortened: final('measures.shortened'),
    },
    figures: { 'accuracy over time': curves({ y: 'train.accuracy' }) },
  };
});
