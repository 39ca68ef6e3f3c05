import { describe, expect, it } from 'vitest';
import {
  serialConsensus,
  execute,
  PhaseClock,
  remedies,
  type Evaluator,
  type Failure,
  type Observer,
  type Run,
  type Score,
  type StoppingRule,
  type Sweeper,
  type SweepRecord,
} from '../../core/index.ts';
import { networkOf } from '../support/random-network.ts';

const plan = {
  inputs: 1,
  sources: [{ name: 'x', from: 0, size: 1 }],
  nodes: [{ name: 'out', parents: ['x'], inputs: 1, units: 1, bias: false, weights: 'out', head: 'hinge' }],
};

interface Story {
  /** Training loss after each sweep; the run fails after the last. */
  readonly losses: readonly number[];
  readonly accuracies?: readonly number[];
  readonly testAccuracies?: readonly number[];
}

const failure: Failure = { outcome: 'diverged', detail: 'node "out" went away' };

/** A run whose sweeps only count: sweep k writes the weight k. */
function runOf({ losses, accuracies, testAccuracies }: Story, more: Partial<Run> = {}): Run {
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
      return { objective: 10 * sweep, residuals: [], notes: [] };
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
    ...(testAccuracies && { test: scored(testAccuracies) as Evaluator }),
    clock: new PhaseClock(),
    operations: { takeOperations: () => 0 },
    rules: [],
    observers: [],
    start: { network, samples: 7, testSamples: 0 },
    keepBest: false,
    ...more,
  };
}

const after = (sweeps: number, reason = `${sweeps} are enough`): StoppingRule => ({
  met: ({ sweep }) => (sweep >= sweeps ? reason : undefined),
});

/** Turns that an observer takes before it is done, so that one who does not wait is found out. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

function recording(name: string, heard: string[], wait = 0): Observer {
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

describe('a run', () => {
  it('ends when a stopping rule is met, and says which', async () => {
    const end = await execute(runOf({ losses: [3, 2, 1, 0] }, { rules: [after(9), after(2)] }));
    expect(end).toMatchObject({ outcome: 'finished', reason: '2 are enough', last: { sweep: 2, objective: 20 } });
    expect(end.failure).toBeUndefined();
  });

  it('gives every reason when several rules are met at once, and asks all of them after every sweep', async () => {
    const asked: number[] = [];
    const counting: StoppingRule = { met: ({ sweep }) => void asked.push(sweep) };
    const rules = [after(2, 'first'), counting, after(2, 'second')];
    expect((await execute(runOf({ losses: [3, 2, 1] }, { rules }))).reason).toBe('first; second');
    expect(asked).toEqual([1, 2]);
  });

  it('that fails names the sweep, says what to try, and keeps the last record and weights', async () => {
    const run = runOf({ losses: [3, 2] });
    const end = await execute(run);
    expect(end).toMatchObject({ outcome: 'diverged', last: { sweep: 2 }, kept: { sweep: 2 } });
    expect(end.reason).toBe(`sweep 3, node "out" went away. ${remedies.diverged}`);
    expect(end.failure).toEqual({ outcome: 'diverged', detail: 'sweep 3, node "out" went away' });
    expect([...run.network.weights[0]!]).toEqual([2]);
  });

  it('that fails in the first sweep has no record at all', async () => {
    const end = await execute(runOf({ losses: [] }));
    expect(end.outcome).toBe('diverged');
    expect([end.last, end.kept, end.best]).toEqual([undefined, undefined, undefined]);
  });

  it('tells observers in order, and waits for each of them', async () => {
    const heard: string[] = [];
    const observers = [recording('slow', heard, 20), recording('fast', heard)];
    await execute(runOf({ losses: [1, 1] }, { observers, rules: [after(1)] }));
    const told = ['start of 7 samples', 'sweep 1', 'finished after 1'];
    expect(heard).toEqual(
      told.flatMap((what) => [`slow hears ${what}`, 'slow done', `fast hears ${what}`, 'fast done']),
    );
  });

  it('tells observers how it ended when it fails', async () => {
    const heard: string[] = [];
    await execute(runOf({ losses: [] }, { observers: [recording('one', heard)] }));
    expect(heard).toEqual(['one hears start of 7 samples', 'one done', 'one hears diverged after none', 'one done']);
  });

  it('takes observers that only want to hear a part', async () => {
    const swept: number[] = [];
    const observers = [{}, { sweep: ({ sweep }: SweepRecord) => void swept.push(sweep) }];
    await execute(runOf({ losses: [1, 1] }, { observers, rules: [after(2)] }));
    expect(swept).toEqual([1, 2]);
  });

  it('shows observers the network as it is after the sweep', async () => {
    const seen: number[] = [];
    const observers: Observer[] = [{ sweep: (_, network) => void seen.push(network.weights[0]![0]!) }];
    await execute(runOf({ losses: [1, 1, 1] }, { observers, rules: [after(3)] }));
    expect(seen).toEqual([1, 2, 3]);
  });

  it('fails with the error of an observer', async () => {
    const observers: Observer[] = [{ sweep: () => Promise.reject(new Error('disk full')) }];
    await expect(execute(runOf({ losses: [1, 1] }, { observers }))).rejects.toThrow('disk full');
  });

  it('ends after the sweep at hand when it is interrupted', async () => {
    const controller = new AbortController();
    const observers: Observer[] = [{ sweep: ({ sweep }) => (sweep === 2 ? controller.abort() : undefined) }];
    const run = runOf({ losses: [1, 1, 1, 1] }, { observers, signal: controller.signal });
    expect(await execute(run)).toMatchObject({
      outcome: 'interrupted',
      reason: 'interrupted after sweep 2',
      last: { sweep: 2 },
    });
  });

  it('lets timers have their turn between sweeps, so that a signal can arrive', async () => {
    const controller = new AbortController();
    const observers: Observer[] = [{ start: () => void setTimeout(() => controller.abort(), 0) }];
    const run = runOf({ losses: new Array<number>(1000).fill(1) }, { observers, signal: controller.signal });
    expect((await execute(run)).outcome).toBe('interrupted');
  });

  it('is finished rather than interrupted when both happen after the same sweep', async () => {
    const signal = AbortSignal.abort();
    const run = runOf({ losses: [1, 1] }, { signal, rules: [after(1)] });
    expect((await execute(run)).outcome).toBe('finished');
  });
});

describe('the best sweep', () => {
  const losses = [3, 1, 2];
  const accuracies = [0.6, 0.7, 0.9];
  const testAccuracies = [0.5, 0.8, 0.8];
  const rules = [after(3)];

  it('is the first one of the highest accuracy, on the test data where there is any', async () => {
    expect((await execute(runOf({ losses, accuracies }, { rules }))).best).toEqual({ sweep: 3, accuracy: 0.9 });
    const end = await execute(runOf({ losses, accuracies, testAccuracies }, { rules }));
    expect(end.best).toEqual({ sweep: 2, accuracy: 0.8 });
  });

  it('by training loss gives the weights when asked to keep it', async () => {
    const run = runOf({ losses, accuracies }, { rules, keepBest: true });
    const end = await execute(run);
    expect([end.last?.sweep, end.kept?.sweep, run.network.weights[0]![0]]).toEqual([3, 2, 2]);
    expect(end.kept?.train).toEqual({ loss: 1, accuracy: 0.7 });
  });

  it('is kept when the run fails later', async () => {
    const run = runOf({ losses }, { keepBest: true });
    expect([(await execute(run)).kept?.sweep, run.network.weights[0]![0]]).toEqual([2, 2]);
  });

  it('is the first of equals', async () => {
    const equal = runOf({ losses: [2, 1, 1] }, { rules, keepBest: true });
    expect((await execute(equal)).kept?.sweep).toBe(2);
  });

  it.each([NaN, Infinity])(
    'ends a run whose deployed loss is %s, with the weights of the sweep before',
    async (lost) => {
      const run = runOf({ losses: [5, lost, 1] });
      const end = await execute(run);
      expect([end.outcome, end.last?.sweep, run.network.weights[0]![0]]).toEqual(['non-finite', 1, 1]);
      expect(end.failure?.detail).toBe(`sweep 2, the training loss of the deployed network is ${lost}`);
    },
  );

  it('is back in place before observers hear of the end', async () => {
    const run = runOf({ losses }, { rules, keepBest: true });
    const seen: number[] = [];
    await execute({ ...run, observers: [{ end: () => void seen.push(run.network.weights[0]![0]!) }] });
    expect(seen).toEqual([2]);
  });
});

describe('the record of a sweep', () => {
  it('has the report, the scores, and counts of this sweep alone', async () => {
    const records: SweepRecord[] = [];
    let operations = 0;
    const run = runOf(
      { losses: [3, 2], accuracies: [0.1, 0.2], testAccuracies: [0.3, 0.4] },
      {
        rules: [after(2)],
        observers: [{ sweep: (record) => void records.push(record) }],
        operations: {
          takeOperations() {
            const taken = operations;
            operations = 6e9;
            return taken;
          },
        },
      },
    );
    const end = await execute(run);
    expect(records.map(({ sweep, objective, train, test }) => ({ sweep, objective, train, test }))).toEqual([
      { sweep: 1, objective: 10, train: { loss: 3, accuracy: 0.1 }, test: { loss: 3, accuracy: 0.3 } },
      { sweep: 2, objective: 20, train: { loss: 2, accuracy: 0.2 }, test: { loss: 2, accuracy: 0.4 } },
    ]);
    const [first, second] = records as [SweepRecord, SweepRecord];
    expect(end.last).toBe(second);
    expect(second.totalSeconds).toBeCloseTo(first.seconds + second.seconds, 9);
    const elapsed = Math.max(second.seconds, 1e-9);
    expect(second.samplesPerSecond).toBeCloseTo(7 / elapsed, 3);
    expect(second.gflops).toBeCloseTo(6 / elapsed, 3);
  });
});
