import { rowsOf, type Block } from '../block.ts';
import type { HiddenNode } from '../graph.ts';
import { conjugateGradientWork, type ConjugateGradientWork } from '../inputs/conjugate-gradients.ts';
import { prepareInputs } from '../inputs/prepare-inputs.ts';
import type { Reading } from '../inputs/reading.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { Network } from '../network.ts';
import type { SchemeServices } from '../scheme.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import { betaOf, type Penalties } from './penalties.ts';
import { PresentReaders } from './present-readers.ts';

/** All bits: where nothing is absent, a node may have any number of readers. */
const everyReader = -1;

/** The a-update of one hidden node from its readers (Taylor et al. 2016, Eq. 6), prepared once per sweep. */
export class InputUpdate {
  readonly #node: HiddenNode;
  readonly #network: Network;
  readonly #services: SchemeServices;
  readonly #buffers: TileBuffers;
  readonly #present: PresentReaders | undefined;
  /** Rows that the same readers read: of the node, and of each reader. */
  readonly #part: TileBuffer | undefined;
  readonly #parts: readonly TileBuffer[];
  /** By set of readers, as bits. */
  readonly #work = new Map<number, ConjugateGradientWork>();
  readonly #solvers = new Map<number, InputSolver>();
  #readings: readonly Reading[] = [];
  #gamma = 0;
  #pulls: readonly number[] = [];

  constructor(node: HiddenNode, network: Network, buffers: TileBuffers, services: SchemeServices) {
    this.#node = node;
    this.#network = network;
    this.#buffers = buffers;
    this.#services = services;
    this.#present = PresentReaders.of(node, buffers.rows);
    this.#part = this.#present && buffers.make(node.size);
    this.#parts = this.#present ? node.readers.map(({ reader }) => buffers.make(reader.layer.outputs)) : [];
  }

  /**
   * Factors the update for the readers' weights and the penalties as they are now.
   *
   * @param pulls - Per reader: the share of $a$ that it takes away beforehand. Default: 0.
   */
  prepare(penalties: Penalties, pulls: readonly number[] = []): void {
    this.#readings = this.#node.readers.map(({ reader, columns }) => ({
      layer: reader.layer,
      weights: this.#network.weightsOf(reader),
      beta: betaOf(reader, penalties),
      columns,
    }));
    this.#gamma = penalties.gamma;
    this.#pulls = pulls;
    this.#solvers.clear();
  }

  /**
   * See {@link InputSolver.correct}. Where a reader is absent from a sample, the others alone decide.
   *
   * @param residuals - Of every reader in the rows that it has on the tile `x`.
   */
  correct(residuals: readonly Block[], x: Block, a: Block): void {
    const present = this.#present?.find(x);
    if (present === undefined) {
      this.#correct(everyReader, residuals, a);
      return;
    }
    for (const set of present.distinct) this.#correctRows(set, residuals, present, a);
  }

  /** The rows of `a` that these readers read. */
  #correctRows(set: number, residuals: readonly Block[], present: PresentReaders, a: Block): void {
    const readers = membersOf(set, this.#node.readers);
    if (readers.length === 0) return;
    const whole = this.#part!(this.#buffers.rows);
    const part = rowsOf(whole, 0, present.take(set, a, whole));
    const parts = readers.map((reader) => {
      const own = this.#parts[reader]!(part.rows);
      present.takeReader(set, reader, residuals[reader]!, own);
      return own;
    });
    this.#correct(set, parts, part);
    present.putBack(set, part, a);
  }

  /** @param residuals - Of the readers of the set alone. */
  #correct(set: number, residuals: readonly Block[], a: Block): void {
    let keep = 1;
    for (const reader of membersOf(set, this.#pulls)) keep -= this.#pulls[reader]!;
    if (keep !== 1) for (let i = 0; i < a.data.length; i++) a.data[i]! *= keep;
    this.#solverOf(set).correct(residuals, a);
  }

  #solverOf(set: number): InputSolver {
    const known = this.#solvers.get(set);
    if (known !== undefined) return known;
    const { linearAlgebra, precision } = this.#services;
    const readings = membersOf(set, this.#readings).map((reader) => this.#readings[reader]!);
    const work = (readers: readonly Reading[]): ConjugateGradientWork => this.#workOf(set, readers);
    const solver = prepareInputs(readings, this.#gamma, { linearAlgebra, precision, work });
    this.#solvers.set(set, solver);
    return solver;
  }

  #workOf(set: number, readings: readonly Reading[]): ConjugateGradientWork {
    const work = this.#work.get(set) ?? conjugateGradientWork(this.#node.size, readings, this.#buffers);
    this.#work.set(set, work);
    return work;
  }
}

/** Numbers of the readers in a set. */
function membersOf(set: number, all: readonly unknown[]): number[] {
  const members: number[] = [];
  for (let reader = 0; reader < all.length; reader++) {
    if (set === everyReader || (set >>> reader) & 1) members.push(reader);
  }
  return members;
}
