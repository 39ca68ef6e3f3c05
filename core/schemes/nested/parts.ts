import { isOutput, type OutputNode } from '../../graph.ts';
import type { Network } from '../../network.ts';

import { OutputRidge } from './output-ridge.ts';
import type { SchemeServices } from '../../scheme.ts';
import { TileBuffers } from '../../tile-buffer.ts';
import { FeasiblePass } from './feasible-pass.ts';
import { GroupStatistics } from './group-statistics.ts';
import { HiddenRidge, hiddenDepth } from './hidden-ridge.ts';
import { keepLinear, type Kept } from './kept.ts';
import { Message } from './message.ts';
import type { NestedOptions } from './nested.ts';
import { OutputTargets } from './output-targets.ts';

/** What the passes of one nested sweeper share. */
export interface NestedParts {
  readonly network: Network;
  readonly options: NestedOptions;
  readonly services: SchemeServices;
  /** Of the directions of hidden layers. */
  readonly hiddenRidge: HiddenRidge;
  /** Of the output weights. */
  readonly outputRidge: OutputRidge;
  readonly buffers: TileBuffers;
  /** The network at the weights as they are. */
  readonly pass: FeasiblePass;
  /** By `group.index`. */
  readonly groups: readonly GroupStatistics[];
  /** Of the output nodes. */
  readonly targets: ReadonlyMap<OutputNode, OutputTargets>;
  readonly kept: Kept;
  readonly message: Message;
}

/**
 * Makes them for one rank.
 *
 * @param kept - Default: as `keepLinear` says.
 */
export function nestedParts(
  network: Network,
  options: NestedOptions,
  services: SchemeServices,
  kept: Kept = keepLinear(network, services),
): NestedParts {
  const { graph, precision } = network;
  const { linearAlgebra, shard, consensus, clock } = services;
  const buffers = new TileBuffers(linearAlgebra, precision, shard);
  const targets = new Map(
    graph.outputs.map((node) => [node, new OutputTargets(node, graph.targets, options, buffers)]),
  );
  const outputRidge = new OutputRidge(options.ridgeOutput, services.samples);
  const hiddenRidge = new HiddenRidge(options.ridge, services.samples, hiddenDepth(graph));
  const groups = graph.groups.map((group) => {
    const output = isOutput(group.members[0]!);
    const regulariser = output ? outputRidge : hiddenRidge.of(group.layer.positions ?? 1);
    const exact = group.members.every((node) => isOutput(node) && targets.get(node)!.leastSquares);
    return new GroupStatistics(group, exact, { regulariser, precision });
  });
  return {
    network,
    options,
    hiddenRidge,
    outputRidge,
    services,
    buffers,
    pass: new FeasiblePass(network, buffers),
    groups,
    targets,
    kept,
    message: new Message(consensus, clock),
  };
}
