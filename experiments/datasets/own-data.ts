import type { NamedData, RawData } from '../../extensions/data/index.ts';

/** Data of an experiment's own: made when it is first asked for, and kept. */
export function ownData(name: string, description: string, make: () => Promise<RawData>): NamedData {
  let made: Promise<RawData> | undefined;
  return {
    name,
    description,
    open: () => (made ??= make().then((raw) => ({ ...raw, name }))),
  };
}

/** Some consecutive samples of a table. */
export const rowsBetween = (raw: RawData, from: number, to: number): RawData => ({
  ...raw,
  rows: to - from,
  values: raw.values.subarray(from * raw.cols, to * raw.cols),
  labels: raw.labels?.slice(from, to),
});
