import { zeros, type Real } from '../../block.ts';
import type { Node } from '../../graph.ts';
import type { Failure } from '../../outcome.ts';
import { BackwardPass } from './backward-pass.ts';
import type { GroupStatistics } from './group-statistics.ts';
import type { NestedParts } from './parts.ts';
import { relaxationOf, stretch, targetRms, type Relaxation } from './relaxation.ts';
import type { Subsample } from './subsample.ts';

/** A direction in weight space: by `group.index`, `undefined` for groups that stay. */
export type Direction = readonly (Real | undefined)[];

/**
 * Where the layers' closed-form sub-problems would move them. From the feasible point the residuals of the outputs go
 * backwards: $a$ by Eq. 6 of Taylor et al. 2016, $z$ by its scalar problem, $\delta = z - m$ on to the nodes before. The
 * direction of a layer is the least-squares fit of its $\delta$ by its inputs, so long that its targets move as far as the
 * outputs miss theirs: without that the lower layers of a deep network hardly move.
 */
export class Directions {
  readonly #parts: NestedParts;
  readonly #back: BackwardPass;

  constructor(parts: NestedParts) {
    this.#parts = parts;
    this.#back = new BackwardPass(parts);
  }

  /** One pass over the samples, backwards, and one sum over ranks; copies the subsample on the way. */
  find(subsample: Subsample): Direction | Failure {
    const { groups, kept, message, pass, services } = this.#parts;
    const { shard, clock } = services;
    const statistics = groups.map((group) => (group.moves ? group : undefined));
    const moving = groups.filter(({ moves }) => moves);
    clock.enter('inputs');
    this.#back.prepare();
    for (const { allTargets } of moving) allTargets.fill(0);
    for (let index = 0; index < shard.tiles; index++) {
      const tile = shard.tile(index);
      subsample.take(tile);
      clock.enter('activations');
      pass.hidden(tile.x, kept.tiles[index], kept.valid);
      this.#back.run(tile.x, tile.y, statistics);
    }
    clock.leave();
    message.sum([this.#back.sums, ...moving.map(({ allTargets }) => allTargets)]);
    clock.enter('weights');
    const direction = this.#solve(moving);
    clock.leave();
    return direction;
  }

  /** What the last pass found at a node. */
  relaxation(node: Node): Relaxation {
    return relaxationOf(this.#back.sums, node);
  }

  #solve(moving: readonly GroupStatistics[]): Direction | Failure {
    const { graph, precision, weights } = this.#parts.network;
    const { sums } = this.#back;
    const missed = targetRms(sums, graph.outputs);
    const direction: (Real | undefined)[] = graph.groups.map(() => undefined);
    for (const group of moving) {
      const solver = group.solver();
      if ('outcome' in solver) return solver;
      const { index, members, layer } = group.group;
      if (group.output) group.addRidge(solver.ridge, weights[index]!);
      else group.weighTargets(members.map((member) => stretch(missed, targetRms(sums, [member]))));
      const moved = zeros(precision, layer.weights);
      group.fit(solver, moved);
      direction[index] = moved;
    }
    return direction;
  }
}
