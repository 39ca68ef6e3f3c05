import { block, rowsOf, zeros, type Block, type Precision } from './block.ts';
import { serialConsensus } from './consensus.ts';
import { must } from './errors.ts';
import { Evaluator } from './evaluate.ts';
import { ForwardPass } from './forward-pass.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { Network } from './network.ts';
import type { Score } from './observer.ts';
import { applyPreprocessing, mustBeFinite, type Preprocessing } from './preprocessing.ts';
import { PresentRows } from './presence.ts';
import { hasAbsentSteps } from './sequences.ts';
import { residentData } from './resident-data.ts';
import type { RunResult } from './result.ts';
import type { NetworkConfiguration } from './run-configuration.ts';
import { targetsOf, type Label, type Labels } from './targets.ts';
import { defaultTileRows, TileBuffers } from './tile-buffer.ts';

/** Rows of numbers, samples x features: a block, or an array of rows. */
export type Rows = Block | readonly ArrayLike<number>[];

/** All that is needed, besides the weights, to build a trained network again and use it on raw data. */
export interface ModelDescription {
  /** The network with all names and defaults written out. */
  readonly network: NetworkConfiguration;
  /** Layout of one sample's features. */
  readonly shape: readonly number[];
  /** Whether samples are sequences of different lengths, whose first steps are NaN where they are absent. Default: no. */
  readonly ragged?: boolean;
  /** Columns of a target row. */
  readonly targets: number;
  /** The class that each decision stands for. */
  readonly classes: readonly Label[];
  /** Of the weights and of what is computed with them. */
  readonly precision: Precision;
  /** What is done to raw features first. */
  readonly preprocessing?: Preprocessing;
}

/**
 * A copy of the rows as a block, checked to be rectangular and finite.
 *
 * @param sequence - Layout of samples that are sequences: then the first steps may be absent. Default: all must be there.
 */
export function blockOf(rows: Rows, precision: Precision, name: string, sequence?: readonly number[]): Block {
  const copy = 'data' in rows ? copyOf(rows, precision, name) : joinRows(rows, precision, name);
  if (sequence === undefined) mustBeFinite(copy, name);
  else hasAbsentSteps(copy, sequence, name);
  return copy;
}

const copyOf = ({ rows, cols, data }: Block, precision: Precision, name: string): Block => {
  must(data.length === rows * cols, () => {
    return `${name}: ${rows} x ${cols} numbers are ${rows * cols}, got ${data.length}.`;
  });
  const copy = zeros(precision, rows * cols);
  copy.set(data);
  return block(rows, cols, copy);
};

function joinRows(rows: readonly ArrayLike<number>[], precision: Precision, name: string): Block {
  const cols = rows[0]?.length ?? 0;
  const data = zeros(precision, rows.length * cols);
  rows.forEach((row, index) => {
    must(row.length === cols, () => `${name}: row ${index + 1} has ${row.length} numbers, the first has ${cols}.`);
    data.set(row, index * cols);
  });
  return block(rows.length, cols, data);
}

/** A trained network, ready for raw data. */
export class Model {
  /** What the network was built from. */
  readonly description: ModelDescription;
  /** The network with its weights. */
  readonly network: Network;
  /** Summary of the run that trained it; absent on a model read from a file. */
  readonly result: RunResult | undefined;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(description: ModelDescription, network: Network, linearAlgebra: LinearAlgebra, result?: RunResult) {
    this.description = description;
    this.network = network;
    this.result = result;
    this.#linearAlgebra = linearAlgebra;
  }

  /**
   * Outputs of the network, one row per sample; several output nodes stand side by side. NaN for outputs that belong to a step
   * that a sample lacks.
   */
  scores(x: Rows): Block {
    const raw = this.#prepare(x);
    const { outputs, targets } = this.network.graph;
    const scores = block(raw.rows, targets, zeros(this.description.precision, raw.rows * targets).fill(NaN));
    this.#eachTile(raw, (results, from, x) => {
      for (const node of outputs) {
        const { data } = results[node.index]!;
        const { rows, count } = new PresentRows(node.presence, x.rows).find(x);
        for (let row = 0; row < count; row++) {
          const own = data.subarray(row * node.size, (row + 1) * node.size);
          scores.data.set(own, (from + rows[row]!) * targets + node.head.targets.from);
        }
      }
    });
    return scores;
  }

  /** The class that each sample is taken for, by the last output node: of outputs per step, that of the last step. */
  predict(x: Rows): Label[] {
    return this.predictEach(x).map((labels) => labels.at(-1)!);
  }

  /** The class that each sample is taken for by every output node; `undefined` for a step that it lacks. */
  predictEach(x: Rows): (Label | undefined)[][] {
    const { classes } = this.description;
    const { outputs } = this.network.graph;
    const raw = this.#prepare(x);
    const labels = Array.from({ length: raw.rows }, () => outputs.map((): Label | undefined => undefined));
    this.#eachTile(raw, (results, from, tile) => {
      outputs.forEach(({ index, presence, head }, output) => {
        const { rows, count } = new PresentRows(presence, tile.rows).find(tile);
        const decisions = new Int32Array(count);
        head.loss.decide(results[index]!, decisions);
        decisions.forEach((decision, row) => (labels[from + rows[row]!]![output] = classes[decision]));
      });
    });
    return labels;
  }

  /** Loss and accuracy on labelled samples. */
  evaluate(x: Rows, labels: Labels): Score {
    const { precision, classes } = this.description;
    const raw = this.#prepare(x);
    const targets = targetsOf(labels, classes, precision, 'The labels');
    const shard = residentData('the samples', raw, targets).shard(0, 1, this.#tileRows());
    return new Evaluator(this.network, shard, this.#linearAlgebra, serialConsensus).score();
  }

  #prepare(x: Rows): Block {
    const { inputs } = this.network.graph;
    const { precision, ragged, shape } = this.description;
    const raw = blockOf(x, precision, 'The samples', ragged === true ? shape : undefined);
    must(raw.rows === 0 || raw.cols === inputs, () => {
      return `The model reads ${inputs} features per sample, the samples have ${raw.cols}.`;
    });
    if (this.description.preprocessing !== undefined && raw.rows > 0) {
      applyPreprocessing(this.description.preprocessing, raw);
    }
    return raw;
  }

  #tileRows(): number {
    const { graph, precision } = this.network;
    return defaultTileRows(Math.max(graph.inputs, ...graph.nodes.map(({ layer }) => layer.outputs)), precision);
  }

  #eachTile(x: Block, visit: (results: readonly Block[], from: number, tile: Block) => void): void {
    if (x.rows === 0) return;
    const tileRows = this.#tileRows();
    const shard = residentData('the samples', x, block(x.rows, 0, x.data.subarray(0, 0))).shard(0, 1, tileRows);
    const buffers = new TileBuffers(this.#linearAlgebra, this.network.precision, shard);
    const forward = new ForwardPass(this.network, buffers);
    for (let index = 0; index < shard.tiles; index++) {
      const from = index * tileRows;
      const tile = rowsOf(x, from, Math.min(x.rows, from + tileRows));
      visit(forward.run(tile), from, tile);
    }
  }
}
