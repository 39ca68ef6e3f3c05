/** Mean and spread of some numbers. */
export interface Spread {
  /** Arithmetic mean. */
  readonly mean: number;
  /** Sample standard deviation (divisor $n - 1$); 0 for a single number. */
  readonly deviation: number;
  /** The smallest. */
  readonly lowest: number;
  /** The largest. */
  readonly highest: number;
  /** How many numbers. */
  readonly count: number;
}

/** Mean and spread, or `undefined` of no numbers. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : 0;
  return { mean, deviation, lowest: Math.min(...values), highest: Math.max(...values), count };
}

/** The middle of some numbers; the mean of the two in the middle where their count is even. NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
