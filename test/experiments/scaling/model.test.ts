import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import {
  algorithms,
  allReduceSeconds,
  fastestAllReduce,
  fitLink,
  type Link,
} from '../../../experiments/scaling/all-reduce.ts';
import {
  efficiency,
  predictSweep,
  scalesTo,
  sumSeconds,
  type Cluster,
  type SweepCost,
} from '../../../experiments/scaling/cluster-model.ts';
import { fitTwoTerms } from '../../../experiments/scaling/fit-paper.ts';
import { paperHiggs, paperSvhn } from '../../../experiments/scaling/paper.ts';

const link = fc.record({
  latency: fc.double({ min: 1e-7, max: 1e-3, noNaN: true }),
  perByte: fc.double({ min: 1e-11, max: 1e-8, noNaN: true }),
  addPerByte: fc.double({ min: 0, max: 1e-9, noNaN: true }),
});
const ranks = fc.integer({ min: 2, max: 10_000 });
const bytes = fc.integer({ min: 8, max: 1e8 });

describe('the model of an all-reduce', () => {
  it.prop([link, bytes])('is one exchange and one addition for two ranks that double', (some, size) => {
    const expected = some.latency + (some.perByte + some.addPerByte) * size;
    expect(allReduceSeconds('recursive-doubling', 2, size, some)).toBeCloseTo(expected, 12);
    for (const algorithm of algorithms) expect(allReduceSeconds(algorithm, 1, size, some)).toBe(0);
  });

  it.prop([link, ranks, bytes])('never sends less than every byte out and the sum back in', (some, p, size) => {
    const least = ((p - 1) / p) * size * some.perByte + Math.log2(p) * some.latency;
    for (const algorithm of algorithms) {
      expect(allReduceSeconds(algorithm, p, size, some)).toBeGreaterThanOrEqual(least * (1 - 1e-12));
    }
    const { seconds } = fastestAllReduce(p, size, some);
    expect(seconds).toBe(Math.min(...algorithms.map((algorithm) => allReduceSeconds(algorithm, p, size, some))));
  });

  plainIt('doubles short messages and halves long ones, as MPI libraries do', () => {
    const some: Link = { latency: 2e-6, perByte: 1e-10, addPerByte: 0 };
    expect(fastestAllReduce(64, 8, some).algorithm).toBe('recursive-doubling');
    expect(fastestAllReduce(64, 1e8, some).algorithm).toBe('halving-doubling');
  });

  it.prop([link, fc.array(bytes, { minLength: 3, maxLength: 20 })])(
    'finds the link that sums of two ranks went over',
    (some, sizes) => {
      const free = { ...some, addPerByte: 0 };
      const different = [...new Set([8, ...sizes, 1e8])];
      const exact = different.map((size) => ({ bytes: size, seconds: allReduceSeconds('in-order', 2, size, free) }));
      const { latency, perByte } = fitLink(exact);
      expect(latency / some.latency).toBeCloseTo(1, 4);
      expect(perByte / some.perByte).toBeCloseTo(1, 4);
    },
  );
});

const cost: SweepCost = { samples: 10_500_000, perSample: 4e-6, fixed: 5e-3, messages: [800_000, 24] };
const ethernet: Link = { latency: 3e-5, perByte: 8e-10, addPerByte: 1e-10 };
const cluster: Cluster = {
  coresPerNode: 24,
  inside: { latency: 1e-6, perByte: 2e-10, addPerByte: 1e-10 },
  between: ethernet,
  jitter: 0,
};

describe('the model of a cluster', () => {
  plainIt('takes on one core what the samples and the solves take, and no message', () => {
    expect(predictSweep(cost, 1, cluster)).toEqual({ samples: 42, fixed: 5e-3, waiting: 0, sums: 0, total: 42.005 });
    expect(efficiency(cost, 1, cluster)).toBe(1);
  });

  it.prop([fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 0.2, noNaN: true })])(
    'is never faster than perfect division, and its parts are the whole',
    (cores, jitter) => {
      const { samples, fixed, waiting, sums, total } = predictSweep(cost, cores, { ...cluster, jitter });
      expect(samples + fixed + waiting + sums).toBeCloseTo(total, 12);
      expect(samples).toBeGreaterThanOrEqual((cost.samples / cores) * cost.perSample * (1 - 1e-12));
      expect(efficiency(cost, cores, { ...cluster, jitter })).toBeLessThanOrEqual(1 + 1e-12);
    },
  );

  plainIt('uses the network only where there is more than one machine', () => {
    const free = { ...cluster, inside: { latency: 0, perByte: 0, addPerByte: 0 } };
    expect(sumSeconds(1e6, 24, free)).toBe(0);
    expect(sumSeconds(1e6, 48, free)).toBe(allReduceSeconds('in-order', 2, 1e6, ethernet));
  });

  plainIt('scales further with more samples and with a faster network', () => {
    const [few, many] = [scalesTo({ ...cost, samples: 1e5 }, cluster, 2 ** 14), scalesTo(cost, cluster, 2 ** 14)];
    const faster = { ...cluster, between: { latency: 1e-6, perByte: 8e-11, addPerByte: 1e-10 } };
    expect(few).toBeLessThan(many);
    expect(scalesTo({ ...cost, fixed: 0 }, faster, 2 ** 14)).toBeGreaterThanOrEqual(
      scalesTo({ ...cost, fixed: 0 }, cluster, 2 ** 14),
    );
  });
});

describe('the paper’s curves', () => {
  plainIt('are a part that is divided and a part that is not', () => {
    const points = [1, 8, 64, 512].map((cores) => [cores, 700 / cores + 12] as const);
    const { divided, constant } = fitTwoTerms({ points });
    expect([divided, constant].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([700, 12]);
    // Read off its figure 1a: flat from about 96 cores on.
    expect(fitTwoTerms(paperSvhn).constant).toBeGreaterThan(9);
    expect(fitTwoTerms(paperHiggs).constant).toBeLessThan(1);
  });
});
