import { block, zeros, type Block } from '../block.ts';
import { copyColumns } from '../columns.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { ConjugateGradientWork } from './conjugate-gradients.ts';
import type { Reading } from './reading.ts';

/** $\sum \beta_r$ over the readers that take the node as it is. */
export const identityPenalty = (identities: readonly Reading[]): number =>
  identities.reduce((sum, { beta }) => sum + beta, 0);

/**
 * Input update of a node that some readers take as it is ($W_r = I$), others through maps of their own. The former are
 * completed to a square: with $\gamma' = \gamma + \sum_I \beta_r$ and $g = \sum_I \beta_r \rho_r / \gamma'$,
 * $\gamma |\delta|^2 + \sum_I \beta_r |\rho_r - \delta|^2 = \gamma' |\delta - g|^2 + \text{const}$, so that the other readers' own
 * method, made with $\gamma'$, solves for what is left at $a + g$.
 */
export class IdentityReaders implements InputSolver {
  readonly #readers: readonly Reading[];
  readonly #isIdentity: readonly boolean[];
  readonly #gamma: number;
  readonly #rest: { readonly solver: InputSolver; readonly work: ConjugateGradientWork } | undefined;
  readonly #residuals: Block[] = [];
  readonly #biases: readonly Block[];

  /**
   * @param readers - All of them; those whose layer is an identity are merged.
   * @param gamma - $\gamma'$.
   * @param rest - Solves for the other readers; absent where there are none.
   */
  constructor(
    readers: readonly Reading[],
    gamma: number,
    rest?: { readonly solver: InputSolver; readonly work: ConjugateGradientWork },
  ) {
    this.#readers = readers;
    this.#isIdentity = readers.map(({ layer }) => layer.identity === true);
    this.#gamma = gamma;
    this.#rest = rest;
    this.#biases = readers.filter(({ layer }) => layer.identity !== true).map(biasOf);
  }

  correct(residuals: readonly Block[], a: Block): void {
    if (this.#rest === undefined) {
      for (let r = 0; r < residuals.length; r++) this.#addTo(a, residuals[r]!, this.#readers[r]!.beta / this.#gamma);
      return;
    }
    const { solver, work } = this.#rest;
    const g = work.direction(a.rows);
    g.data.fill(0);
    for (let r = 0; r < residuals.length; r++) {
      if (this.#isIdentity[r]!) this.#addTo(g, residuals[r]!, this.#readers[r]!.beta / this.#gamma);
    }
    this.#addTo(a, g, 1);
    let other = 0;
    for (let r = 0; r < residuals.length; r++) {
      if (this.#isIdentity[r]!) continue;
      this.#residuals[other] = this.#without(g, r, other, residuals[r]!);
      other++;
    }
    solver.correct(this.#residuals, a);
  }

  /** `residual` - $W_r g$, without the bias. */
  #without(g: Block, reader: number, other: number, residual: Block): Block {
    const { layer, weights, columns } = this.#readers[reader]!;
    const input = this.#rest!.work.inputs[other]!(g.rows);
    const image = this.#rest!.work.outputs[other]!(g.rows);
    const bias = this.#biases[other]!.data;
    input.data.fill(0);
    copyColumns(g, { from: 0, to: g.cols }, columns.from, input);
    layer.apply(weights, input, image);
    for (let i = 0, j = 0; i < image.data.length; i++, j++) {
      if (j === bias.length) j = 0;
      image.data[i] = residual.data[i]! - image.data[i]! + bias[j]!;
    }
    return image;
  }

  /** `target` += `factor` `source`, entry by entry. */
  #addTo(target: Block, source: Block, factor: number): void {
    for (let i = 0; i < target.data.length; i++) target.data[i]! += factor * source.data[i]!;
  }
}

/** What the map makes of zero. */
function biasOf({ layer, weights }: Reading): Block {
  const precision = weights instanceof Float32Array ? 'float32' : 'float64';
  const bias = block(1, layer.outputs, zeros(precision, layer.outputs));
  if (layer.biases !== 0) layer.apply(weights, block(1, layer.inputs, zeros(precision, layer.inputs)), bias);
  return bias;
}
