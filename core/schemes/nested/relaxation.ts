import type { Node } from '../../graph.ts';

/** What the closed forms ask of the nodes, as root mean squares over the samples that have them and features. */
export interface Relaxation {
  /** $\operatorname{rms}(z - m)$; on output nodes how far they miss their targets. */
  readonly linear: number;
  /** $\operatorname{rms}(a - h(z))$; 0 on output nodes. */
  readonly activation: number;
}

const root = (sum: number, count: number): number => Math.sqrt(sum / Math.max(1, count));

/** Of one node, from `BackwardPass.sums`. */
export function relaxationOf(sums: Float64Array, { index, size, layer }: Node): Relaxation {
  const [targets, activation, rows] = sums.subarray(3 * index) as unknown as [number, number, number];
  return { linear: root(targets, rows * layer.outputs), activation: root(activation, rows * size) };
}

/** $\operatorname{rms}(z - m)$ of several nodes together, from `BackwardPass.sums`. */
export function targetRms(sums: Float64Array, nodes: readonly Node[]): number {
  let squares = 0;
  let count = 0;
  for (const { index, layer } of nodes) {
    squares += sums[3 * index]!;
    count += sums[3 * index + 2]! * layer.outputs;
  }
  return root(squares, count);
}

/** How much longer targets must be to move as far as the outputs miss theirs. */
export const stretch = (missed: number, reached: number): number => (reached > 0 ? missed / reached : 1);
