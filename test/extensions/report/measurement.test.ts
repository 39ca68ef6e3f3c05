import { describe, expect, it } from 'vitest';
import {
  best,
  final,
  measure,
  median,
  secondsTo,
  sweepsTo,
  type Measurement,
  type RunLog,
} from '../../../extensions/report/index.ts';

const accuracies = [0.5, 0.9, 0.7, 0.8];

/** A run of four sweeps, each a second longer than the one before. */
function runOf(ending: Partial<RunLog['ending']> | undefined = { outcome: 'finished' }): RunLog {
  const records = accuracies.map((accuracy, i) => ({
    sweep: i + 1,
    seconds: i + 1,
    totalSeconds: ((i + 1) * (i + 2)) / 2,
    test: { accuracy },
  }));
  return { header: {}, records, ending } as unknown as RunLog;
}

describe('a measurement of a run', () => {
  it.each<[string, Measurement, number | undefined]>([
    ['the last number', final(), 0.8],
    ['the best', best(), 0.9],
    ['the median of an even number of sweeps', median('seconds'), 2.5],
    ['the seconds until it gets there', secondsTo(0.85), 3],
    ['the sweeps until then', sweepsTo(0.85), 2],
    ['a target that it never reaches', secondsTo(0.95), undefined],
    ['a median of what it has not', median('phases.none'), undefined],
  ])('takes %s', (_, measurement, expected) => {
    expect(measure(runOf(), measurement)).toBe(expected);
  });

  it('takes the weights that were kept, where these are not the last', () => {
    expect(measure(runOf({ outcome: 'finished', kept: 2 }), final())).toBe(0.9);
  });

  it.each([final(), best(), median('seconds'), sweepsTo(0.5)])(
    'takes nothing of one that was cut short: $kind',
    (measurement) => {
      expect(measure(runOf(undefined), measurement)).toBeDefined();
      expect(measure({ ...runOf(), ending: undefined } as unknown as RunLog, measurement)).toBeUndefined();
      expect(measure(runOf({ outcome: 'interrupted' }), measurement)).toBeUndefined();
    },
  );
});
