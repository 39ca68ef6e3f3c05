import { zeros, type Real } from '../../block.ts';
import type { Node } from '../../graph.ts';
import type { Failure } from '../../outcome.ts';
import type { NodeResidual } from '../../scheme.ts';
import { BackwardPass } from './backward-pass.ts';
import { forEachTile, type Chunk } from './chunks.ts';
import { stretch } from './directions.ts';
import type { NestedParts } from './parts.ts';
import type { RunningStatistics } from './running-statistics.ts';
import type { StepGauge } from './step-gauge.ts';

/** Where one chunk would move the weights: as the directions of the full batch, with input statistics that forget. */
export class ChunkDirections {
  /** By `group.index`; overwritten by the next chunk. */
  readonly directions: readonly Real[];
  /** As {@link BackwardPass.sums}, over the chunks accepted and summed over ranks. */
  readonly #total: Float64Array;
  /** Samples in them. */
  #samples = 0;
  readonly #parts: NestedParts;
  readonly #running: readonly RunningStatistics[];
  readonly #backward: BackwardPass;

  constructor(parts: NestedParts, running: readonly RunningStatistics[]) {
    const { graph, precision } = parts.network;
    this.#parts = parts;
    this.#running = running;
    this.#backward = new BackwardPass(parts);
    this.#total = new Float64Array(this.#backward.sums.length);
    this.directions = graph.groups.map(({ layer }) => zeros(precision, layer.weights));
  }

  /**
   * One pass over the chunk and one sum over ranks. Returns the loss per sample of the chunk.
   *
   * @param refresh - Whether the running input statistics take the chunk in.
   * @param gauge - Keeps the outputs, where the step is measured on this chunk.
   */
  find(chunk: Chunk, refresh: boolean, gauge?: StepGauge): number | Failure {
    const { services } = this.#parts;
    this.#gather(chunk, refresh, gauge);
    const refreshed = refresh ? this.#running.filter(({ changes }) => changes) : [];
    const { sums } = this.#backward;
    const inputs = refreshed.map((group) => group.chunk.inputs);
    this.#parts.message.sum([sums, ...inputs, ...this.#running.map((group) => group.chunk.allTargets)]);
    const loss = sums[sums.length - 1]! / chunk.samples;
    if (!Number.isFinite(loss)) return { outcome: 'non-finite', detail: `the loss of a chunk is ${loss}` };
    services.clock.enter('weights');
    for (const group of refreshed) group.refresh(chunk.samples);
    const failure = this.#solve(chunk.samples);
    services.clock.leave();
    return failure ?? loss;
  }

  /** Counts the last chunk in the residuals. */
  accept({ samples }: Chunk): void {
    const { sums } = this.#backward;
    for (let i = 0; i < sums.length; i++) this.#total[i]! += sums[i]!;
    this.#samples += samples;
  }

  /** What was found at every node in the chunks accepted since the last call. */
  takeResiduals(): NodeResidual[] {
    const rms = (sum: number, size: number): number => Math.sqrt(sum / Math.max(1, this.#samples * size));
    const residuals = this.#parts.network.graph.nodes.map(({ name, size, layer, index, head }) => {
      const linear = rms(this.#total[2 * index]!, layer.outputs);
      const activation = rms(this.#total[2 * index + 1]!, size);
      return { node: name, linear, ...(head.kind === 'hidden' && { activation }) };
    });
    this.#total.fill(0);
    this.#samples = 0;
    return residuals;
  }

  #gather(chunk: Chunk, refresh: boolean, gauge: StepGauge | undefined): void {
    const { pass, services, buffers } = this.#parts;
    services.clock.enter('inputs');
    this.#backward.prepare();
    const statistics = this.#running.map((group) => group.chunk);
    for (const group of statistics) {
      group.allTargets.fill(0);
      if (refresh) group.inputs.fill(0);
    }
    forEachTile(chunk, buffers.rows, (x, y, from) => {
      services.clock.enter('activations');
      pass.hidden(x);
      if (refresh) this.#gatherInputs(x);
      this.#backward.run(x, y, statistics);
      gauge?.keep(this.#backward, from, x.rows);
    });
    services.clock.leave();
  }

  #gatherInputs(x: Chunk['x']): void {
    const { pass, services } = this.#parts;
    services.clock.enter('gather');
    for (const { changes, chunk } of this.#running) {
      if (changes) for (const node of chunk.group.members) chunk.addInputs(pass.input(node, x));
    }
  }

  #solve(samples: number): Failure | undefined {
    const { graph, weights, precision } = this.#parts.network;
    const missed = this.#rms(graph.outputs, samples);
    for (const [index, running] of this.#running.entries()) {
      const { chunk } = running;
      const { members, layer } = chunk.group;
      if (layer.weights === 0) continue;
      const solver = running.solver();
      if ('outcome' in solver) return solver;
      const scale = running.scale(samples);
      if (chunk.output) chunk.addRidge(solver.ridge / scale, weights[index]!);
      else chunk.weighTargets(members.map((member) => stretch(missed, this.#rms([member], samples), precision)));
      running.fit(solver, scale, this.directions[index]!);
    }
    return undefined;
  }

  #rms(nodes: readonly Node[], samples: number): number {
    const { sums } = this.#backward;
    const sum = nodes.reduce((total, { index }) => total + sums[2 * index]!, 0);
    return Math.sqrt(sum / (samples * nodes.reduce((total, { layer }) => total + layer.outputs, 0)));
  }
}
