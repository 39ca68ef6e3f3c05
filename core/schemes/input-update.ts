import type { Block } from '../block.ts';
import type { HiddenNode } from '../graph.ts';
import { conjugateGradientWork, type ConjugateGradientWork } from '../inputs/conjugate-gradients.ts';
import { prepareInputs } from '../inputs/prepare-inputs.ts';
import type { Reading } from '../inputs/reading.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { Network } from '../network.ts';
import type { SchemeServices } from '../scheme.ts';
import type { TileBuffers } from '../tile-buffer.ts';
import { betaOf, type Penalties } from './penalties.ts';

/** The a-update of one hidden node from its readers (Taylor et al. 2016, Eq. 6), prepared once per sweep. */
export class InputUpdate {
  readonly #node: HiddenNode;
  readonly #network: Network;
  readonly #services: SchemeServices;
  readonly #buffers: TileBuffers;
  #work: ConjugateGradientWork | undefined;
  #solver: InputSolver | undefined;

  constructor(node: HiddenNode, network: Network, buffers: TileBuffers, services: SchemeServices) {
    this.#node = node;
    this.#network = network;
    this.#buffers = buffers;
    this.#services = services;
  }

  /** Factors the update for the readers' weights and the penalties as they are now. */
  prepare(penalties: Penalties): void {
    const { linearAlgebra, precision } = this.#services;
    const readings = this.#node.readers.map(({ reader, columns }) => ({
      layer: reader.layer,
      weights: this.#network.weightsOf(reader),
      beta: betaOf(reader, penalties),
      columns,
    }));
    const work = (readers: readonly Reading[]): ConjugateGradientWork =>
      (this.#work ??= conjugateGradientWork(this.#node.size, readers, this.#buffers));
    this.#solver = prepareInputs(readings, penalties.gamma, { linearAlgebra, precision, work });
  }

  /** See {@link InputSolver.correct}. */
  correct(residuals: readonly Block[], a: Block): void {
    this.#solver!.correct(residuals, a);
  }
}
