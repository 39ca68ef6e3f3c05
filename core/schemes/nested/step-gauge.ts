import { block, rowsOf, zeros, type Block, type Real } from '../../block.ts';
import type { BackwardPass } from './backward-pass.ts';
import { forEachTile, type Chunk } from './chunks.ts';
import type { NestedParts } from './parts.ts';
import { Probe } from './probe.ts';
import { dot } from './sums.ts';

/** How much of the average a new measurement takes over, once there are enough. */
const weight = 0.1;

/** Slope and curvature along the directions, averaged. */
export interface StepMeasure {
  /** $\langle r, u \rangle / |r|^2$. */
  slope: number;
  /** $|u|^2 / |r|^2$. */
  curvature: number;
  /** Measurements taken. */
  count: number;
}

/**
 * The step along the directions of the hidden layers that the chunk itself would take, from a secant: one more forward pass,
 * $u = (f(W + \varepsilon D) - f(W)) / \varepsilon$, and then $\langle r, u \rangle / |u|^2$. Both parts are averaged over chunks.
 */
export class StepGauge {
  /** The averages. */
  measured: StepMeasure = { slope: 0, curvature: 0, count: 0 };
  readonly #parts: NestedParts;
  readonly #probe: Probe;
  /** By output: $f(W)$ and $r$ on the chunk. */
  readonly #outputs: readonly Block[];
  readonly #residuals: readonly Block[];
  readonly #sums = new Float64Array(3);

  /** @param rows - Most rows of a chunk. */
  constructor(parts: NestedParts, rows: number) {
    const { network, buffers } = parts;
    const { outputs } = network.graph;
    const make = ({ size }: { readonly size: number }): Block =>
      block(rows, size, zeros(network.precision, rows * size));
    this.#parts = parts;
    this.#probe = new Probe(network, buffers, () => []);
    this.#outputs = outputs.map(make);
    this.#residuals = outputs.map(make);
  }

  /** The step, 0 before anything was measured. */
  get length(): number {
    const { slope, curvature } = this.measured;
    return curvature > 0 ? Math.max(0, slope / curvature) : 0;
  }

  /** Keeps outputs and residuals of the tile that starts at row `from` of the chunk. */
  keep({ deltas }: BackwardPass, from: number): void {
    const { network, pass } = this.#parts;
    network.graph.outputs.forEach(({ index }, output) => {
      const { rows, data } = pass.z[index]!;
      rowsOf(this.#outputs[output]!, from, from + rows).data.set(data);
      rowsOf(this.#residuals[output]!, from, from + rows).data.set(deltas[index]!(rows).data);
    });
  }

  /** One forward pass over the chunk that was kept, and one sum over ranks. */
  measure(chunk: Chunk, directions: readonly Real[]): void {
    const { network, groups, message, services, buffers } = this.#parts;
    services.clock.enter('activations');
    const hidden = directions.map((direction, index) => (groups[index]!.output ? undefined : direction));
    this.#probe.move(network.weights, hidden);
    this.#sums.fill(0);
    forEachTile(chunk, buffers.rows, (x, _, from) => this.#measureTile(x, from));
    services.clock.leave();
    message.sum([this.#sums]);
    this.#average();
  }

  #measureTile(x: Block, from: number): void {
    const { pass } = this.#probe;
    pass.hidden(x);
    this.#parts.network.graph.outputs.forEach((node, output) => {
      const { rows } = pass.input(node, x);
      const base = rowsOf(this.#outputs[output]!, from, from + rows);
      const residual = rowsOf(this.#residuals[output]!, from, from + rows);
      const u = this.#probe.secant(node, x, base, base);
      this.#sums[0]! += dot(residual, u);
      this.#sums[1]! += dot(u, u);
      this.#sums[2]! += dot(residual, residual);
    });
  }

  #average(): void {
    const [slope, curvature, scale] = this.#sums as unknown as [number, number, number];
    if (!(scale > 0) || !Number.isFinite(slope + curvature)) return;
    const before = this.measured;
    const count = before.count + 1;
    const part = Math.max(weight, 1 / count);
    this.measured = {
      slope: before.slope + part * (slope / scale - before.slope),
      curvature: before.curvature + part * (curvature / scale - before.curvature),
      count,
    };
  }
}
