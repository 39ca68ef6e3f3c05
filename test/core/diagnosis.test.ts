import { describe, expect, it } from 'vitest';
import { Diagnosis, findings, hopeless, type SweepFacts } from '../../core/index.ts';

/** The figures of a run, a number per sweep; accuracies are 0.5 where they are not given. */
interface Curves {
  readonly objective?: readonly number[];
  readonly loss: readonly number[];
  readonly accuracy?: readonly number[];
  readonly validation?: readonly (readonly [loss: number, accuracy: number])[];
  readonly measures?: Readonly<Record<string, readonly number[]>>;
}

const historyOf = ({ objective, loss, accuracy, validation, measures }: Curves): SweepFacts[] =>
  loss.map((value, i) => ({
    sweep: i + 1,
    objective: objective?.[i] ?? value,
    train: { loss: value, accuracy: accuracy?.[i] ?? 0.5 },
    ...(validation && { validation: { loss: validation[i]![0], accuracy: validation[i]![1] } }),
    ...(measures && {
      measures: Object.fromEntries(Object.entries(measures).map(([name, values]) => [name, values[i]!])),
    }),
  }));

/** A number per sweep. */
const curve = (sweeps: number, value: (sweep: number) => number): number[] =>
  Array.from({ length: sweeps }, (_, i) => value(i + 1));

/** Which symptoms show in which sweep for the first time. */
function told(curves: Curves): Record<string, number> {
  const history = historyOf(curves);
  const first: Record<string, number> = {};
  history.forEach(({ sweep }) => {
    for (const { symptom } of findings(history.slice(0, sweep))) first[symptom] ??= sweep;
  });
  return first;
}

const detailOf = (curves: Curves): string | undefined => findings(historyOf(curves))[0]?.detail;

describe('a healthy run', () => {
  it('shows nothing before its first sweep', () => {
    expect(findings([])).toEqual([]);
  });

  it('shows nothing while its loss falls and its accuracy rises', () => {
    const loss = curve(40, (sweep) => 0.9 ** sweep);
    const accuracy = curve(40, (sweep) => 1 - 0.5 * 0.9 ** sweep);
    const validation = loss.map((value, i) => [value + 0.1, accuracy[i]! - 0.01] as const);
    expect(told({ loss, accuracy, validation, measures: { damping: curve(40, () => 0.1) } })).toEqual({});
  });

  it('may have an objective that rises with the multipliers, for the deployed network counts', () => {
    const loss = curve(30, (sweep) => 0.95 ** sweep);
    expect(told({ loss, accuracy: loss.map((value) => 1 - value / 2), objective: curve(30, Math.exp) })).toEqual({});
  });

  it('may waver', () => {
    const loss = curve(40, (sweep) => 0.9 ** sweep * (sweep % 2 === 0 ? 1.3 : 1));
    expect(told({ loss, accuracy: loss.map((value) => 1 - value / 3) })).toEqual({});
  });

  it('may stand still when every decision is right', () => {
    expect(told({ loss: curve(20, () => 0.01), accuracy: curve(20, () => 1) })).toEqual({});
  });

  it('may have to get worse first, as long as its accuracy rises', () => {
    const loss = curve(20, (sweep) => 1.3 ** Math.min(sweep, 8));
    expect(told({ loss, accuracy: curve(20, (sweep) => sweep / 25), objective: loss })).toEqual({});
  });
});

describe('a run that is slow', () => {
  const slow: Curves = {
    objective: curve(20, (sweep) => 80 * 0.84 ** sweep),
    loss: curve(20, (sweep) => 0.5 - 0.001 * sweep),
    accuracy: curve(20, (sweep) => 0.5 + 0.01 * sweep),
    measures: { relaxedAccuracy: curve(20, () => 0.99) },
  };

  it('closes its constraints while the deployed network hardly gains', () => {
    expect(told(slow)).toEqual({ slow: 11 });
    expect(detailOf(slow)).toBe(
      'Slow: from sweep 10 to 20 the objective fell from 13.99 to 2.447, but the training loss of the deployed network went from 0.49 to 0.48; 99.00 % of the relaxed outputs are right, 70.00 % of the deployed ones',
    );
  });

  it('is one that has relaxed outputs, which are right where the deployed ones are not', () => {
    const { measures: _, ...plain } = slow;
    expect(told(plain)).toEqual({});
    expect(told({ ...slow, measures: { relaxedAccuracy: curve(20, (sweep) => 0.55 + 0.01 * sweep) } })).toEqual({});
  });
});

describe('a run that is stalled', () => {
  it('changes neither objective nor accuracy for five sweeps', () => {
    const loss = curve(9, (sweep) => Math.max(0.3, 1 - 0.2 * sweep));
    const accuracy = curve(9, (sweep) => Math.min(0.8, 0.2 * sweep));
    expect(told({ loss, accuracy })).toEqual({ stalled: 9 });
    expect(detailOf({ loss, accuracy })).toBe(
      'Stalled: from sweep 4 to 9 the objective went from 0.3 to 0.3, the training loss from 0.3 to 0.3, and the training accuracy from 80.00 % to 80.00 %',
    );
  });

  it('or gains less than a fortieth of its loss and of its error in ten sweeps, whatever the objective does', () => {
    const loss = curve(40, (sweep) => 0.75 + 0.3 * 0.9 ** sweep);
    const accuracy = curve(40, (sweep) => 0.867 - 0.05 * 0.8 ** sweep);
    const { stalled, ...others } = told({ loss, accuracy, objective: curve(40, (sweep) => sweep) });
    expect(others).toEqual({});
    expect(stalled).toBeGreaterThan(20);
  });
});

describe('a run that gets worse', () => {
  const better = curve(10, (sweep) => 1 - 0.05 * sweep);

  it('doubles its training loss', () => {
    const loss = [...better, 0.7, 0.9, 1.1];
    const accuracy = [...curve(10, () => 0.8), 0.7, 0.65, 0.66];
    expect(told({ loss, accuracy })).toEqual({ diverging: 13 });
    expect(detailOf({ loss, accuracy })).toBe(
      'Getting worse: from sweep 10 to 13 the training loss went from 0.5 to 1.1, and the training accuracy from 80.00 % to 66.00 %',
    );
  });

  it('raises objective and training loss for five sweeps', () => {
    const loss = [...better, 0.52, 0.54, 0.56, 0.58, 0.6];
    const accuracy = [...curve(10, () => 0.8), ...curve(5, () => 0.79)];
    expect(told({ loss, accuracy })).toEqual({ diverging: 15 });
    expect(told({ loss, accuracy, objective: curve(15, (sweep) => -sweep) })).toEqual({});
  });

  it('loses three points of accuracy in five sweeps', () => {
    const accuracy = [...curve(10, (sweep) => 0.06 * sweep), ...curve(5, (sweep) => 0.6 - 0.008 * sweep)];
    expect(told({ loss: curve(15, (sweep) => 0.95 ** sweep), accuracy })).toEqual({ diverging: 15 });
  });
});

describe('a run that over-fits', () => {
  const loss = curve(15, (sweep) => 0.9 ** sweep);
  const accuracy = curve(15, (sweep) => 0.6 + 0.02 * sweep);
  const validation = curve(15, (sweep) => sweep).map(
    (sweep) => [0.5 + 0.01 * Math.abs(sweep - 8), 0.8 - 0.001 * Math.abs(sweep - 8)] as const,
  );

  it('loses on the validation data while it gains on the training data', () => {
    expect(told({ loss, accuracy, validation })).toEqual({ overfitting: 13 });
    expect(detailOf({ loss, accuracy, validation })).toBe(
      'Over-fitting: from sweep 10 to 15 the training loss fell from 0.3487 to 0.2059, while the validation loss rose from 0.52 to 0.57; the validation accuracy is 79.30 %, and was 80.00 % at best',
    );
  });

  it('has a validation accuracy that is past its best', () => {
    const rising = validation.map(([value], i) => [value, 0.5 + 0.01 * i] as const);
    expect(told({ loss, accuracy, validation: rising })).toEqual({});
  });
});

describe('a run with saturated damping', () => {
  const loss = curve(12, (sweep) => 0.95 ** sweep);
  const accuracy = loss.map((value) => 1 - value / 2);

  it('has short steps', () => {
    const damping = curve(12, (sweep) => Math.min(0.1 * 3 ** (sweep - 1), 100));
    const measures = { damping, step: curve(12, (sweep) => 1 / sweep) };
    expect(told({ loss, accuracy, measures })).toEqual({ damped: 10 });
    expect(detailOf({ loss, accuracy, measures })).toBe(
      'Short steps: the damping rose from 0.1 to 100, and has not fallen for 5 sweeps; the last step was 0.08333 long, the longest 1',
    );
    expect(told({ loss, accuracy, measures: { damping } })).toEqual({ damped: 6 });
  });

  it('is none when the damping falls again', () => {
    const damping = curve(12, (sweep) => (sweep % 3 === 0 ? 50 : 100));
    expect(told({ loss, accuracy, measures: { damping: [0.1, ...damping.slice(1)] } })).toEqual({});
  });
});

describe('a hopeless run', () => {
  const accuracy = curve(20, (sweep) => (sweep < 10 ? 0.8 : 0.3));
  const loss = (factor: number): number[] => curve(20, (sweep) => (sweep < 10 ? 1 / sweep : factor + sweep));

  it('stays at ten times its first loss for five sweeps', () => {
    const history = historyOf({ loss: loss(10), accuracy });
    expect(hopeless(history.slice(0, 13))).toBeUndefined();
    expect(hopeless(history.slice(0, 14))).toBe(
      'sweep 14, the training loss of the deployed network has been at least 10 times that after sweep 1 (1) for 5 sweeps, and is 24',
    );
  });

  it('is none that recovers, decides as well as ever, or has just begun', () => {
    const falling = loss(30).map((value, i) => (i < 10 ? value : 60 - i));
    expect(hopeless(historyOf({ loss: falling, accuracy }))).toBeUndefined();
    expect(hopeless(historyOf({ loss: loss(10) }))).toBeUndefined();
    expect(hopeless(historyOf({ loss: loss(-9.5), accuracy }))).toBeUndefined();
    expect(hopeless([])).toBeUndefined();
  });
});

describe('the diagnosis of a run', () => {
  const flat = historyOf({ loss: curve(30, () => 0.5) });

  it('tells a symptom once, with general advice', () => {
    const diagnosis = new Diagnosis();
    const notes = flat.flatMap((facts) => diagnosis.notes(facts));
    expect(notes).toEqual([expect.stringMatching(/^Stalled: from sweep 1 to 6 .* try another scheme/)]);
  });

  it('tells what the scheme says to try where it says something', () => {
    const diagnosis = new Diagnosis({ stalled: 'Turn it off and on again.' });
    expect(flat.flatMap((facts) => diagnosis.notes(facts))[0]).toMatch(/50\.00 %\. Turn it off and on again\.$/);
  });
});
