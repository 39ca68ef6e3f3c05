import { extname } from 'node:path';
import { checkTraining, type TrainingConfiguration } from '../../core/run-configuration.ts';
import { runOnThreads } from '../../extensions/threads/index.ts';
import type { AccuracyData } from './accuracy-data.ts';
import type { AccuracyMethod, Attained } from './accuracy-method.ts';
import type { AccuracyCase, AccuracyLimits } from './accuracy-plan.ts';
import type { AccuracyJob } from './accuracy-program.ts';
import { productLinearAlgebras } from './backends.ts';
import { timedScheme } from './module.ts';

/** Samples of a step in the streaming form. */
const chunk = 500;

/** A form of the scheme. */
interface Form {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** By which of the fast linear algebras, of which the fastest is the first. */
  readonly backends: (all: readonly string[]) => readonly string[];
  /** Most sweeps. */
  readonly sweeps: (limits: AccuracyLimits) => number;
}

const forms: readonly Form[] = [
  { name: 'nested', options: {}, backends: (all) => all, sweeps: ({ sweeps }) => sweeps },
  {
    name: `nested, chunk ${chunk}`,
    options: { chunk },
    backends: (all) => all.slice(0, 1),
    sweeps: ({ epochs }) => epochs,
  },
];

// Beside this file: TypeScript, or JavaScript where this has been compiled.
const { url } = import.meta;
const program = new URL(`./accuracy-program${extname(url)}`, url);

/** The `nested` scheme with its defaults on a chain of dense layers with ReLU, and the squared loss. */
function configurationOf(
  { sizes, target }: AccuracyCase,
  options: Form['options'],
  sweeps: number,
  linearAlgebra: string,
  seed: number,
): TrainingConfiguration {
  const hidden = sizes.slice(1, -1).map((units) => ({ kind: 'dense', units, activation: 'relu' }));
  return checkTraining('bench', {
    network: { layers: [...hidden, { kind: 'dense' }], loss: 'squared' },
    scheme: { name: timedScheme, ...options },
    stop: { testAccuracy: target, sweeps },
    seed,
    linearAlgebra,
  });
}

/** nograd on one worker: full batch by every fast linear algebra, and streaming by the fastest. */
export const nestedMethods = (one: AccuracyCase, limits: AccuracyLimits, data: AccuracyData): AccuracyMethod[] =>
  forms.flatMap(({ name, options, backends, sweeps }) =>
    backends(productLinearAlgebras()).map((backend, at): AccuracyMethod => ({
      name: `${name}, ${backend}`,
      once: at > 0,
      async train(seed) {
        const configuration = configurationOf(one, options, sweeps(limits), backend, seed);
        const job: AccuracyJob = { configuration, data, seconds: limits.seconds };
        return (await runOnThreads({ program, size: 1, data: job })) as Attained;
      },
    })),
  );
