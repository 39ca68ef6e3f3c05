import type { z } from 'zod';
import type { ActivationSolver } from './activation-solver.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { LayerServices } from './layer-solver.ts';
import type { OutputSolver } from './output-solver.ts';
import { token } from './token.ts';

/** What the last layer ends in. */
export interface OutputRole {
  /** Width of the targets: the layer's number of outputs. */
  readonly units: number;
  /** What the layer ends in. */
  readonly loss: OutputSolver;
}

/** Where a layer stands in the network being built. */
export interface LayerPlace {
  /** Name of the layer's last node, which later layers read. */
  readonly name: string;
  /** Names of the sources and nodes it reads. */
  readonly from: readonly string[];
  /** Given for the last layer of the network. */
  readonly output?: OutputRole;
}

/** What a layer kind may look up. */
export interface LayerKindServices extends LayerServices {
  /** An activation by its registered name, or from pieces written in the run file. */
  activation(spec: unknown): ActivationSolver;
}

/**
 * Extension point: what `kind:` in a run file stands for. A kind adds one or more nodes to the graph; nothing else in the
 * engine knows it.
 */
export interface LayerKind<Options = unknown> {
  /** Unique name, as run files spell it. */
  readonly kind: string;
  /** Its keys in a run file besides `kind`, `name` and `from`, with defaults and descriptions. */
  readonly options: z.ZodType<Options>;
  /** Adds the layer's nodes; the last one is called `place.name`. */
  add(graph: GraphBuilder, place: LayerPlace, options: Options, services: LayerKindServices): void;
}

/** Container identifier; bind as many as you like. */
export const LayerKind = token<LayerKind>('LayerKind');
