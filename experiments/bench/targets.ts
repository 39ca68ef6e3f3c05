import { accuracyTargets } from './accuracy-targets.ts';
import type { Row } from './row.ts';

/** A speed or size to reach. */
export interface Target {
  /** What is measured, and where. */
  readonly what: string;
  /** To be reached. */
  readonly goal: number;
  /** To be reached at least. */
  readonly floor: number;
  /** What was reached; `undefined` where it was not measured. */
  readonly reached: number | undefined;
  /** How its numbers are written. */
  readonly unit: '%' | '×' | 'MB';
}

/** How a target fared. Memory is to stay below its numbers, everything else above. */
export function verdict({ goal, floor, reached, unit }: Target): 'goal met' | 'floor met' | 'missed' | 'not measured' {
  if (reached === undefined) return 'not measured';
  const sign = unit === 'MB' ? -1 : 1;
  if (sign * reached >= sign * goal) return 'goal met';
  return sign * reached >= sign * floor ? 'floor met' : 'missed';
}

/** A target for each of the two networks. */
interface Pair {
  readonly what: string;
  readonly unit: Target['unit'];
  /** Goal and floor of 28-300-1. */
  readonly small: readonly [goal: number, floor: number];
  /** Goal and floor of 648-100-50-1. */
  readonly large: readonly [goal: number, floor: number];
  readonly reached: (find: Find) => number | undefined;
}

/** The row of a benchmark for the network at hand. */
type Find = (benchmark: Row['benchmark'], backend: string, workers: number) => Row | undefined;

const both = (goal: number, floor: number): Pick<Pair, 'small' | 'large'> => ({
  small: [goal, floor],
  large: [goal, floor],
});

const against = (name: string): Pair => ({
  what: `time over ours, one thread each, of ${name}`,
  unit: '×',
  small: [4, 2.5],
  large: [2, 1.6],
  reached: (find) => find('references', 'openblas', 1)?.ratios?.[name],
});

const pairs: readonly Pair[] = [
  {
    what: "share of the machine's sgemm rate, one worker",
    unit: '%',
    small: [0.8, 0.65],
    large: [0.85, 0.75],
    reached: (find) => find('sweeps', 'openblas', 1)?.sgemmShare,
  },
  ...['numpy', 'torch', 'numpy, our shortcuts', 'torch, our shortcuts'].map(against),
  {
    what: 'two workers against one',
    unit: '×',
    ...both(1.97, 1.85),
    reached: (find) => find('sweeps', 'openblas', 2)?.ratios?.['one worker'],
  },
  {
    what: 'WASM against OpenBLAS, one worker',
    unit: '×',
    ...both(0.45, 0.3),
    reached: (find) => find('sweeps', 'wasm', 1)?.ratios?.['openblas'],
  },
  {
    what: 'peak memory per worker beyond data and state',
    unit: 'MB',
    ...both(64, 128),
    reached: (find) => find('sweeps', 'openblas', 1)?.megabytesPerWorker,
  },
];

const sweepTargets = (rows: readonly Row[]): Target[] =>
  pairs.flatMap(({ what, unit, small, large, reached }) =>
    (
      [
        ['28-300-1', small],
        ['648-100-50-1', large],
      ] as const
    ).map(([network, [goal, floor]]): Target => {
      const find: Find = (benchmark, backend, workers) =>
        rows.find(
          (row) =>
            row.benchmark === benchmark && row.case === network && row.backend === backend && row.workers === workers,
        );
      return { what: `${what}: ${network}`, unit, goal, floor, reached: reached(find) };
    }),
  );

/** All targets with what the rows say of them. */
export const targetsOf = (rows: readonly Row[]): Target[] => [...sweepTargets(rows), ...accuracyTargets(rows)];
