import { describe, expect, it } from 'vitest';
import { stoppingRules, sweepLimit, type StopConfiguration, type SweepRecord } from '../../core/index.ts';

type Told = Partial<Pick<SweepRecord, 'sweep' | 'totalSeconds'>> & {
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
};

/** What the rules of a configuration say after each of these sweeps. */
function verdicts(stop: StopConfiguration, records: readonly Told[]): string[] {
  const rules = stoppingRules(stop);
  return records.map(({ train = 0, validation, test, sweep = 1, totalSeconds = 0 }) => {
    const record = {
      sweep,
      totalSeconds,
      train: { loss: 0, accuracy: train },
      ...(validation === undefined ? {} : { validation: { loss: 0, accuracy: validation } }),
      ...(test === undefined ? {} : { test: { loss: 0, accuracy: test } }),
    } as SweepRecord;
    return rules.flatMap((rule) => rule.met(record) ?? []).join('; ') || 'go on';
  });
}

describe('a run stops', () => {
  it('after so many sweeps', () => {
    expect(verdicts({ sweeps: 2 }, [{ sweep: 1 }, { sweep: 2 }, { sweep: 3 }])).toEqual([
      'go on',
      '2 sweeps done',
      '2 sweeps done',
    ]);
  });

  it('after 30 sweeps when nothing else is said', () => {
    expect(verdicts({}, [{ sweep: 29 }, { sweep: 30 }])).toEqual(['go on', '30 sweeps done']);
  });

  it('after so many seconds of sweeps', () => {
    expect(verdicts({ seconds: 1.5 }, [{ totalSeconds: 1.49, sweep: 100 }, { totalSeconds: 1.5 }])).toEqual([
      'go on',
      '1.5 seconds of sweeps done',
    ]);
  });

  it('at an accuracy on the test data, and never where there is none', () => {
    expect(verdicts({ testAccuracy: 0.9 }, [{ train: 1, test: 0.89 }, { test: 0.9 }, { train: 1 }])).toEqual([
      'go on',
      'test accuracy 0.9 reached',
      'go on',
    ]);
  });

  it('after so many sweeps in a row without a better accuracy', () => {
    const accuracies = [0.5, 0.5, 0.6, 0.6, 0.4, 0.6];
    const expected = [
      'go on',
      'go on',
      'go on',
      'go on',
      'no better accuracy in 2 sweeps',
      'no better accuracy in 2 sweeps',
    ];
    expect(
      verdicts(
        { patience: 2 },
        accuracies.map((train) => ({ train })),
      ),
    ).toEqual(expected);
    expect(
      verdicts(
        { patience: 2 },
        accuracies.map((test) => ({ train: 0.9, test })),
      ),
    ).toEqual(expected);
  });

  it('at an accuracy on the validation data, and never where there is none', () => {
    const records = [{ train: 1, test: 1 }, { test: 1, validation: 0.89 }, { validation: 0.9 }];
    expect(verdicts({ validationAccuracy: 0.9 }, records)).toEqual([
      'go on',
      'go on',
      'validation accuracy 0.9 reached',
    ]);
  });

  it('without progress on the validation data, where there is any, whatever the test data say', () => {
    const records = [0.5, 0.5, 0.5].map((validation, i) => ({ validation, test: 0.1 * i }));
    expect(verdicts({ patience: 2 }, records)).toEqual(['go on', 'go on', 'no better accuracy in 2 sweeps']);
  });

  it('when any of several rules is met', () => {
    const stop = { sweeps: 5, seconds: 10, patience: 3, testAccuracy: 1 };
    expect(verdicts(stop, [{ sweep: 5, totalSeconds: 11, test: 1 }])).toEqual([
      '5 sweeps done; 10 seconds of sweeps done; test accuracy 1 reached',
    ]);
  });
});

describe('the most sweeps of a run', () => {
  it.each<[StopConfiguration, number | undefined]>([
    [{}, 30],
    [{ sweeps: 7, seconds: 5 }, 7],
    [{ seconds: 5 }, undefined],
    [{ patience: 3, testAccuracy: 0.9 }, undefined],
  ])('under %o is %s', (stop, limit) => expect(sweepLimit(stop)).toBe(limit));
});
