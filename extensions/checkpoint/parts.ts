import type { Real } from '../../core/block.ts';
import type { RunSnapshot } from '../../core/checkpoints.ts';
import type { SweepRecord } from '../../core/observer.ts';
import type { Snapshot } from '../../core/scheme.ts';
import type { Contents } from './file.ts';

/** What is the same on every rank; rank 0 writes it. */
export interface RunFacts {
  /** What the run is, to be compared with what goes on from it. */
  readonly identity: unknown;
  /** Version of nograd that wrote it. */
  readonly nograd: string;
  /** Of ranks. */
  readonly ranks: number;
  /** Whether every rank has a file of its own. */
  readonly perSample: boolean;
  /** Of all sweeps so far. */
  readonly records: readonly SweepRecord[];
  /** Numbers of the scheme, where they are the same on every rank. */
  readonly values?: Snapshot['values'];
}

/** What belongs to one rank. */
interface RankFacts {
  readonly rank: number;
  readonly ranks: number;
  readonly sweep: number;
  readonly values: Snapshot['values'];
}

const named = (kind: string, arrays: readonly Real[]): Record<string, Real> =>
  Object.fromEntries(arrays.map((data, index) => [`${kind}/${index}`, data]));

const all = (kind: string, arrays: Contents['arrays']): Real[] =>
  Object.entries(arrays).flatMap(([name, data]) => (name.startsWith(`${kind}/`) ? [data] : []));

const own = 'scheme/';

const withPrefix = (arrays: Snapshot['arrays']): Record<string, Real> =>
  Object.fromEntries(Object.entries(arrays).map(([name, data]) => [`${own}${name}`, data]));

const withoutPrefix = (arrays: Contents['arrays']): Record<string, Real> =>
  Object.fromEntries(
    Object.entries(arrays).flatMap(([name, data]) => (name.startsWith(own) ? [[name.slice(own.length), data]] : [])),
  );

/** The file of the run, of a snapshot. */
export function runContents(
  { records, weights, bestWeights, sweeper, perSample }: RunSnapshot,
  known: Pick<RunFacts, 'identity' | 'nograd' | 'ranks'>,
): Contents {
  const facts: RunFacts = { ...known, perSample, records, ...(!perSample && { values: sweeper.values }) };
  const scheme = perSample ? {} : withPrefix(sweeper.arrays);
  return { facts: { ...facts }, arrays: { ...named('weights', weights), ...named('best', bestWeights), ...scheme } };
}

/** The file of one rank, of a snapshot with numbers of every sample. */
export function rankContents({ records, sweeper }: RunSnapshot, rank: number, ranks: number): Contents {
  const facts: RankFacts = { rank, ranks, sweep: records.at(-1)!.sweep, values: sweeper.values };
  return { facts: { ...facts }, arrays: withPrefix(sweeper.arrays) };
}

/** The snapshot that was written as these files. */
export function snapshotOf(run: Contents, ofRank: Contents | undefined): RunSnapshot {
  const { records, perSample } = run.facts as unknown as RunFacts;
  const { facts, arrays } = ofRank ?? run;
  return {
    records,
    weights: all('weights', run.arrays),
    bestWeights: all('best', run.arrays),
    sweeper: { values: facts['values'] as Snapshot['values'], arrays: withoutPrefix(arrays) },
    perSample,
  };
}

/** Whether the file of a rank belongs to the file of the run. */
export function belongs({ facts }: Contents, run: RunFacts, rank: number): boolean {
  const found = facts as unknown as RankFacts;
  return found.rank === rank && found.ranks === run.ranks && found.sweep === run.records.at(-1)?.sweep;
}
