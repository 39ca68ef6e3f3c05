import { zeros, type Real } from '../../block.ts';
import type { Failure } from '../../outcome.ts';
import type { NodeResidual } from '../../scheme.ts';
import { BackwardPass } from './backward-pass.ts';
import { forEachTile, type Chunk } from './chunks.ts';
import type { NestedParts } from './parts.ts';
import { relaxationOf, stretch, targetRms } from './relaxation.ts';
import type { RunningStatistics } from './running-statistics.ts';
import type { StepGauge } from './step-gauge.ts';

/** Where one chunk would move the weights: as the directions of the full batch, with input statistics that forget. */
export class ChunkDirections {
  /** By `group.index`; overwritten by the next chunk. */
  readonly directions: readonly Real[];
  /** As {@link BackwardPass.sums}, over the chunks accepted and summed over ranks. */
  readonly #total: Float64Array;
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
  accept(): void {
    const { sums } = this.#backward;
    for (let i = 0; i < sums.length; i++) this.#total[i]! += sums[i]!;
  }

  /** What was found at every node in the chunks accepted since the last call. */
  takeResiduals(): NodeResidual[] {
    const residuals = this.#parts.network.graph.nodes.map((node): NodeResidual => {
      const { linear, activation } = relaxationOf(this.#total, node);
      return { node: node.name, linear, ...(node.head.kind === 'hidden' && { activation }) };
    });
    this.#total.fill(0);
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
      gauge?.keep(this.#backward, from);
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
    const { graph, weights } = this.#parts.network;
    const { sums } = this.#backward;
    const missed = targetRms(sums, graph.outputs);
    for (const [index, running] of this.#running.entries()) {
      const { chunk } = running;
      const { members, layer } = chunk.group;
      if (layer.weights === 0) continue;
      const solver = running.solver();
      if ('outcome' in solver) return solver;
      const scale = running.scale(samples);
      if (chunk.output) chunk.addRidge(solver.ridge / scale, weights[index]!);
      else chunk.weighTargets(members.map((member) => stretch(missed, targetRms(sums, [member]))));
      running.fit(solver, scale, this.directions[index]!);
    }
    return undefined;
  }
}
