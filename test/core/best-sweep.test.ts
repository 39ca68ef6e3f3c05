import { describe, expect, it } from 'vitest';
import { execute, remedies, type Run } from '../../core/index.ts';
import { after, recording, runOf } from '../support/counting-run.ts';

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

describe('the best sweep on validation data', () => {
  const losses = [3, 2, 1, 0.5];
  const validationAccuracies = [0.5, 0.8, 0.8, 0.7];
  const testAccuracies = [0.1, 0.2, 0.3, 0.9];
  const rules = [after(4)];

  it('has the highest accuracy there, and of equal ones the lower loss, whatever test and training data say', async () => {
    const run = runOf(
      { losses, accuracies: [0, 0, 0, 1], validationAccuracies, testAccuracies },
      { rules, keepBest: true },
    );
    const end = await execute(run);
    expect([end.kept?.sweep, end.last?.sweep, run.network.weights[0]![0]]).toEqual([3, 4, 3]);
    expect(end.kept?.validation).toEqual({ loss: 1, accuracy: 0.8 });
  });

  it('is the first of equals', async () => {
    const equal = { losses: [2, 1, 1, 2], validationAccuracies: [0.5, 0.8, 0.8, 0.8] };
    expect((await execute(runOf(equal, { rules, keepBest: true }))).kept?.sweep).toBe(2);
  });

  it('is reported with its accuracy on the test data, else on the validation data', async () => {
    const tested = await execute(runOf({ losses, validationAccuracies, testAccuracies }, { rules }));
    expect(tested.best).toEqual({ sweep: 3, accuracy: 0.3 });
    expect((await execute(runOf({ losses, validationAccuracies }, { rules }))).best).toEqual({
      sweep: 3,
      accuracy: 0.8,
    });
  });

  it('gives no weights when it is not to be kept', async () => {
    const run = runOf({ losses, validationAccuracies }, { rules });
    expect([(await execute(run)).kept?.sweep, run.network.weights[0]![0]]).toEqual([4, 4]);
  });
});

describe('a run that cannot be saved', () => {
  const losses = [1, 0.5, 20, 30, 40, 50, 60, 70];
  const accuracies = [0.6, 0.8, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4];

  it('ends as diverged, with its best weights', async () => {
    const run = runOf({ losses, accuracies });
    const end = await execute(run);
    expect([end.outcome, end.last?.sweep, end.kept?.sweep, run.network.weights[0]![0]]).toEqual(['diverged', 7, 2, 2]);
    expect(end.reason).toMatch(
      /^sweep 7, the training loss .* at least 10 times that after sweep 1 \(1\) for 5 sweeps, and is 60\./,
    );
    expect(end.reason).toContain(remedies.diverged);
  });

  it('tells observers of its last sweep first, and is finished where that was the last one anyway', async () => {
    const heard: string[] = [];
    const run = runOf({ losses, accuracies }, { rules: [after(7)], observers: [recording('one', heard)] });
    expect((await execute(run)).outcome).toBe('finished');
    await execute(runOf({ losses, accuracies }, { observers: [recording('two', heard)] }));
    expect(heard.filter((what) => what.includes(' 7'))).toContain('two hears sweep 7');
    expect(heard).toContain('two hears diverged after 7');
  });
});

describe('the notes of a sweep', () => {
  const losses = new Array<number>(20).fill(0.5);

  async function notesOf(run: Run): Promise<(readonly string[])[]> {
    const notes: (readonly string[])[] = [];
    await execute({ ...run, observers: [{ sweep: (record) => void notes.push(record.notes) }] });
    return notes;
  }

  it('say once that nothing changes any more, after what the scheme notes', async () => {
    const notes = await notesOf(runOf({ losses, objectives: losses }));
    const stalled = expect.stringMatching(
      /^Stalled: from sweep 1 to 6 the objective went from 0\.5 to 0\.5, .* try /,
    ) as string;
    expect(notes).toEqual(losses.map((_, i) => (i === 5 ? ['swept', stalled] : ['swept'])));
  });

  it('say what the scheme advises', async () => {
    const run = runOf({ losses, objectives: losses });
    const notes = await notesOf({ ...run, sweeper: { ...run.sweeper, advice: { stalled: 'Try this.' } } });
    expect(notes.flat().at(6)).toMatch(/ Try this\.$/);
  });
});
