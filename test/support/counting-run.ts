import {
  PhaseClock,
  serialConsensus,
  type Evaluator,
  type Failure,
  type Observer,
  type Run,
  type Score,
  type StoppingRule,
  type Sweeper,
} from '../../core/index.ts';
import { networkOf } from './random-network.ts';

const plan = {
  inputs: 1,
  sources: [{ name: 'x', from: 0, size: 1 }],
  nodes: [{ name: 'out', parents: ['x'], inputs: 1, units: 1, bias: false, weights: 'out', head: 'hinge' }],
};

/** What happens to a run, a number per sweep. */
export interface Story {
  /** Training loss after each sweep; the run fails after the last. */
  readonly losses: readonly number[];
  readonly accuracies?: readonly number[];
  readonly validationAccuracies?: readonly number[];
  readonly testAccuracies?: readonly number[];
  readonly objectives?: readonly number[];
}

/** How a run ends that is not stopped. */
export const failure: Failure = { outcome: 'diverged', detail: 'node "out" went away' };

/** A run whose sweeps only count: sweep k writes the weight k. */
export function runOf(story: Story, more: Partial<Run> = {}): Run {
  const { losses, accuracies, validationAccuracies, testAccuracies, objectives } = story;
  const network = networkOf(plan);
  let sweep = 0;
  const scored = (values: readonly number[] | undefined): Pick<Evaluator, 'score'> => ({
    score: (): Score => ({ loss: losses[sweep - 1]!, accuracy: values?.[sweep - 1] ?? 0.5 }),
  });
  const sweeper: Sweeper = {
    sweep() {
      if (sweep === losses.length) return failure;
      sweep++;
      network.weights[0]![0] = sweep;
      return { objective: objectives?.[sweep - 1] ?? 10 * sweep, residuals: [], notes: ['swept'] };
    },
    save: () => ({ values: {}, arrays: {} }),
    restore: () => undefined,
  };
  return {
    network,
    sweeper,
    samples: 7,
    consensus: serialConsensus,
    train: scored(accuracies) as Evaluator,
    ...(validationAccuracies && { validation: scored(validationAccuracies) as Evaluator }),
    ...(testAccuracies && { test: scored(testAccuracies) as Evaluator }),
    clock: new PhaseClock(),
    operations: { takeOperations: () => 0 },
    rules: [],
    observers: [],
    start: { network, samples: 7, validationSamples: 0, testSamples: 0 },
    keepBest: false,
    perSample: false,
    ...more,
  };
}

/** Stops after so many sweeps. */
export const after = (sweeps: number, reason = `${sweeps} are enough`): StoppingRule => ({
  met: ({ sweep }) => (sweep >= sweeps ? reason : undefined),
});

/** Turns that an observer takes before it is done, so that one who does not wait is found out. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

/** An observer that writes down what it hears, and takes a while. */
export function recording(name: string, heard: string[], wait = 0): Observer {
  const hear = async (what: string): Promise<void> => {
    heard.push(`${name} hears ${what}`);
    await turns(wait);
    heard.push(`${name} done`);
  };
  return {
    start: ({ samples }) => hear(`start of ${samples} samples`),
    sweep: ({ sweep }) => hear(`sweep ${sweep}`),
    end: (outcome, last) => hear(`${outcome} after ${last?.sweep ?? 'none'}`),
  };
}
