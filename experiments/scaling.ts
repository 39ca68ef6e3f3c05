import type { RawData } from '../extensions/data/index.ts';
import { defineExperiment, median, trend, type Variant } from '../extensions/cli/experiment/index.ts';
import { syntheticProblem } from './bench/problem.ts';
import { teamSizes } from './bench/team-sizes.ts';

/** Samples of one thread where the work grows with the threads, and of all where it does not. */
const samples = 120_000;

/** Threads that share the work. */
const teams = teamSizes();

/** As wide as the paper's Higgs events: unit normal features, labelled by a noisy teacher. */
const higgsLike = {
  name: 'higgs-like',
  description: 'made up: independent normal numbers, 28 features, two classes',
  open(): Promise<RawData> {
    const { x, y } = syntheticProblem(Math.max(...teams) * samples, 28);
    const values = Float32Array.from(x.data);
    const labels = Float64Array.from(y.data);
    const { rows, cols } = x;
    return Promise.resolve({
      name: 'higgs-like',
      rows,
      cols,
      shape: [cols],
      values,
      scale: 1,
      labels,
      columnNames: undefined,
    });
  },
};

const layers = [{ kind: 'dense', units: 300, activation: 'relu' }, { kind: 'dense' }];

/** The same samples on more threads, and more samples on more threads. */
function variants(): Record<string, Variant> {
  const all = ['taylor', 'nested'].flatMap((scheme) =>
    ['strong', 'weak'].flatMap((scaling) =>
      teams.map((threads): [string, Variant] => {
        const limit = scaling === 'strong' ? 2 * samples : samples * threads;
        const loss = scheme === 'taylor' ? 'hinge' : 'squared';
        const name = `${scheme}, ${scaling}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
        const factors = { series: `${scheme}, ${scaling}`, threads };
        return [name, { scheme, network: { layers, loss }, workers: threads, data: { limit }, factors }];
      }),
    ),
  );
  return Object.fromEntries(all);
}

/**
 * Strong and weak scaling over the threads of one machine, with seconds of every phase and the bytes of the records. What follows for
 * a cluster is the model's: `npm run scaling`.
 */
export const scaling = defineExperiment({
  title: 'Scaling over threads',
  about: 'Perfect strong scaling halves the time of a sweep on two threads, perfect weak scaling keeps it.',
  data: { train: higgsLike, standardise: false },
  // More than V8 takes to compile what a sweep runs, in threads that the workers share the cores with.
  base: { stop: { sweeps: 41 } },
  seeds: 1,
  variants: variants(),
  measurements: {
    'seconds of a sweep': median('seconds'),
    'samples per second': median('samplesPerSecond'),
    'waiting and summing, seconds': median('phases.consensus'),
    'solving weights, seconds': median('phases.weights'),
  },
  figures: {
    'seconds of a sweep': trend({ x: 'threads', measurement: 'seconds of a sweep', series: 'series' }),
  },
});
