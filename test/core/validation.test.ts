import { describe, expect, it } from 'vitest';
import {
  block,
  checkTraining,
  residentData,
  type Observer,
  type SweepRecord,
  type TrainingInput,
} from '../../core/index.ts';
import { createTrainer } from '../../index.ts';
import { circle, network } from '../support/circle.ts';

const run = (given: Partial<TrainingInput>, data = circle(), trainer = createTrainer()) =>
  trainer.train(
    checkTraining('train', { network, scheme: 'taylor', precision: 'float64', stop: { sweeps: 5 }, ...given }),
    data,
  );

describe('a training run', () => {
  it('refuses validation data of another size, and a target on validation or test data without any', async () => {
    const wider = residentData('wide', block(2, 3, new Float32Array(6)), block(2, 1, new Float32Array(2)));
    const training = createTrainer().train(checkTraining('train', { network }), { ...circle(), validation: wider });
    await expect(training).rejects.toThrow(/^Data "wide" has 3 features/);
    await expect(run({ stop: { validationAccuracy: 0.9 } })).rejects.toThrow(
      'The run stops at validation accuracy 0.9, but has no validation data: give `data.validation`, e.g. 0.1.',
    );
    await expect(run({ stop: { testAccuracy: 0.9 } })).rejects.toThrow(
      'The run stops at test accuracy 0.9, but has no test data: give `data.test`, e.g. test.csv.',
    );
  });

  describe('with validation data', () => {
    const data = { ...circle(), validation: circle(31).train, test: circle(20).train };
    const scheme = { name: 'taylor', warmSweeps: 0, bias: true };

    async function recorded(given: Partial<TrainingInput>) {
      const records: SweepRecord[] = [];
      const observers: Observer[] = [{ sweep: (record) => void records.push(record) }];
      const all = { network, scheme, precision: 'float64' as const, stop: { sweeps: 12 }, ...given };
      const trained = await createTrainer().train(checkTraining('train', all), data, { observers });
      return { ...trained, records };
    }

    it('holds the weights of the highest validation accuracy, and says so', async () => {
      const { records, result, end, model } = await recorded({});
      const best = records.reduce((kept, record) => {
        const [one, other] = [record.validation!, kept.validation!];
        if (one.accuracy === other.accuracy) return one.loss < other.loss ? record : kept;
        return one.accuracy > other.accuracy ? record : kept;
      });
      expect(best.sweep).not.toBe(12);
      expect(end.kept).toEqual(best);
      expect(result).toMatchObject({
        train: best.train,
        validation: best.validation,
        test: best.test,
        kept: best.sweep,
      });
      expect(result.best).toEqual({ sweep: best.sweep, accuracy: best.test!.accuracy });
      const { x, y } = data.validation.shard(0, 1, 31).tile(0);
      const labels = Array.from(y.data, (target) => (target === 1 ? 'inside' : 'outside'));
      expect(model.evaluate(x, labels).accuracy).toBe(best.validation!.accuracy);
    });

    it('holds the last weights when told not to keep the best, and sweeps alike', async () => {
      const [kept, last] = await Promise.all([recorded({}), recorded({ keepBest: false })]);
      expect(last.end.kept).toEqual(last.records.at(-1));
      expect(last.result.kept).toBeUndefined();
      expect(last.records.map(({ train }) => train)).toEqual(kept.records.map(({ train }) => train));
    });

    it('stops at an accuracy there', async () => {
      const { result, records } = await recorded({ stop: { sweeps: 12, validationAccuracy: 0.5 } });
      expect(result.reason).toBe('validation accuracy 0.5 reached');
      expect(records.at(-1)!.validation!.accuracy).toBeGreaterThanOrEqual(0.5);
    });
  });

  it('keeps the best by its training loss when a run without validation data says so, whatever the scheme says', async () => {
    const scheme = { name: 'taylor', warmSweeps: 0, bias: true };
    const given = { scheme, stop: { sweeps: 12 } };
    const { end } = await run({ ...given, keepBest: true });
    expect(end.kept?.sweep).toBe((await run({ ...given, scheme: { ...scheme, keepBest: true } })).end.kept?.sweep);
    const last = await run({ ...given, scheme: { ...scheme, keepBest: true }, keepBest: false });
    expect(last.end.kept?.sweep).toBe(12);
    expect(end.kept?.sweep).not.toBe(12);
  });
});
