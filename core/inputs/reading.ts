import type { Block, Real } from '../block.ts';
import type { Columns } from '../graph.ts';
import type { LayerSolver } from '../layer-solver.ts';

/** One reader of the node whose input update is prepared: its map, its weights, its penalty, and where it reads. */
export interface Reading {
  readonly layer: LayerSolver;
  readonly weights: Real;
  /** $\beta_r$ of the reader. */
  readonly beta: number;
  /** The node's columns in the reader's concatenated input. */
  readonly columns: Columns;
}

/** A reading whose layer has an explicit matrix. */
export interface DenseReading extends Reading {
  readonly matrix: Block;
}
