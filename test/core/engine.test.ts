import { describe, expect, it } from 'vitest';
import { execute, remedies, type Observer, type StoppingRule, type SweepRecord } from '../../core/index.ts';
import { after, recording, runOf } from '../support/counting-run.ts';

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
    expect(
      records.map(({ sweep, objective, train, test, notes }) => ({ sweep, objective, train, test, notes })),
    ).toEqual([
      {
        sweep: 1,
        objective: 10,
        train: { loss: 3, accuracy: 0.1 },
        test: { loss: 3, accuracy: 0.3 },
        notes: ['swept'],
      },
      {
        sweep: 2,
        objective: 20,
        train: { loss: 2, accuracy: 0.2 },
        test: { loss: 2, accuracy: 0.4 },
        notes: ['swept'],
      },
    ]);
    const [first, second] = records as [SweepRecord, SweepRecord];
    expect(end.last).toBe(second);
    expect(second.totalSeconds).toBeCloseTo(first.seconds + second.seconds, 9);
    const elapsed = Math.max(second.seconds, 1e-9);
    expect(second.samplesPerSecond).toBeCloseTo(7 / elapsed, 3);
    expect(second.gflops).toBeCloseTo(6 / elapsed, 3);
  });
});
