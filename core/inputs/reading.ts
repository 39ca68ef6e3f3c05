import type { Block, Real } from '../block.ts';
import type { Columns } from '../graph.ts';
import type { LayerSolver } from '../layer-solver.ts';

/** One reader of the node whose input update is prepared: its map, its weights, its penalty, and where it reads. */
export interface Reading {
  /** The reader's map. */
  readonly layer: LayerSolver;
  /** The reader's weights. */
  readonly weights: Real;
  /** $\beta_r$ of the reader. */
  readonly beta: number;
  /** The node's columns in the reader's concatenated input. */
  readonly columns: Columns;
}

/** A reading whose layer has an explicit matrix. */
export interface DenseReading extends Reading {
  /** The whole map as outputs x inputs. */
  readonly matrix: Block;
}
