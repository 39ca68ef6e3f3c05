import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, createContainer, taylor, type Scheme, type Sweeper } from '../../../core/index.ts';
import { defaultModules } from '../../../index.ts';
import { schemeLawsFor } from '../../laws/scheme.ts';

const everything = catalogue(createContainer(...defaultModules));

/** `taylor`, of whose sweeper something is replaced. */
const spoilt = (change: (...given: [Sweeper, ...Parameters<typeof taylor.start>]) => Partial<Sweeper>): Scheme => {
  const scheme: Scheme<Parameters<typeof taylor.start>[1]> = {
    name: 'spoilt',
    options: taylor.options,
    start(network, options, services) {
      const sweeper = taylor.start(network, options, services);
      const whole: Sweeper = {
        sweep: () => sweeper.sweep(),
        save: () => sweeper.save(),
        restore: (snapshot) => sweeper.restore(snapshot),
      };
      return { ...whole, ...change(sweeper, network, options, services) };
    },
  };
  return scheme;
};

/** Titles of the laws that a scheme breaks; a broken law is not shrunk, for its counterexample is not looked at. */
const broken = (scheme: Scheme): readonly string[] =>
  schemeLawsFor(scheme, everything)
    .filter(({ property }) => fc.check(property, { numRuns: 12, endOnFailure: true }).failed)
    .map(({ title }) => title);

describe('the laws of a scheme', () => {
  it('find nothing wrong with one that is whole', () => {
    expect(broken(spoilt(() => ({})))).toEqual([]);
  });

  it('find numbers that do not come from the seed', () => {
    let calls = 0;
    const restless = spoilt((sweeper, network) => ({
      sweep() {
        const report = sweeper.sweep();
        network.weights[0]![0]! += 1e-3 * ++calls;
        return report;
      },
    }));
    expect(broken(restless)).toContain('the same seed gives the same bits');
  });

  it('find a state that is not saved, or not restored', () => {
    const forgetful = spoilt(() => ({ save: () => ({ values: {}, arrays: {} }), restore: () => undefined }));
    expect(broken(forgetful)).toEqual(
      expect.arrayContaining([
        'a run restored elsewhere goes on with the same bits',
        'a run taken back to a snapshot repeats the same bits',
      ]),
    );
  });

  it('find a snapshot that later sweeps change', () => {
    const shared = spoilt((sweeper) => {
      const snapshot = sweeper.save();
      return {
        sweep() {
          const report = sweeper.sweep();
          for (const [name, data] of Object.entries(sweeper.save().arrays)) snapshot.arrays[name]!.set(data);
          return report;
        },
        save: () => ({ ...snapshot, values: sweeper.save().values }),
      };
    });
    expect(broken(shared)).toEqual(['a run taken back to a snapshot repeats the same bits']);
  });

  it('find results that depend on the tile size', () => {
    const tiled = spoilt((sweeper, network, _options, { shard }) => ({
      sweep() {
        const report = sweeper.sweep();
        network.weights[0]![0]! += 1 / shard.tileRows;
        return report;
      },
    }));
    expect(broken(tiled)).toContain('the tile size does not matter beyond rounding');
  });

  it('find precisions that disagree', () => {
    const coarse = spoilt((sweeper, network, _options, { precision }) => ({
      sweep() {
        const report = sweeper.sweep();
        if (precision === 'float32')
          for (const w of network.weights) w.forEach((x, i) => (w[i] = Math.round(100 * x) / 100));
        return report;
      },
    }));
    expect(broken(coarse)).toContain('float32 and float64 agree to their precision');
  });

  it('find reports that leave a node out or are not finite', () => {
    const short = spoilt((sweeper) => ({
      sweep() {
        const report = sweeper.sweep();
        return 'outcome' in report ? report : { ...report, residuals: report.residuals.slice(1) };
      },
    }));
    const infinite = spoilt((sweeper) => ({
      sweep() {
        const report = sweeper.sweep();
        return 'outcome' in report ? report : { ...report, objective: NaN };
      },
    }));
    for (const scheme of [short, infinite]) {
      expect(broken(scheme)).toContain('a report is finite and has the residuals of every node');
    }
  });

  it('find failures that touch the weights, and failures that go unseen', () => {
    const law = 'inputs that turn into NaN are a failure that leaves the weights as they were';
    const careless = spoilt((sweeper, network) => ({
      sweep() {
        const report = sweeper.sweep();
        if ('outcome' in report) network.weights[0]!.fill(NaN);
        return report;
      },
    }));
    const blind = spoilt((sweeper) => ({
      sweep() {
        const report = sweeper.sweep();
        return 'outcome' in report ? { objective: NaN, residuals: [], notes: [] } : report;
      },
    }));
    for (const scheme of [careless, blind]) expect(broken(scheme)).toContain(law);
  });
});
