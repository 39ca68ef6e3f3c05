import { zeros, precisionOf, type Real } from '../../core/block.ts';
import type { Initialiser } from '../../core/initialiser.ts';
import type { LayerServices } from '../../core/layer-solver.ts';
import type { Random } from '../../core/random.ts';
import { DenseLayer } from '../../layers/dense.ts';
import { orthogonal } from '../../layers/initialisers/index.ts';
import type { StateStart } from './options.ts';

const identity: Initialiser = {
  name: 'identity',
  fill(outputs, inputs, _random, w) {
    w.fill(0);
    for (let i = 0; i < Math.min(outputs, inputs); i++) w[i * inputs + i] = 1;
  },
};

const starts = { orthogonal, identity } as const;

/** Writes `part` (rows x width) to the columns of `whole` from `at` on. */
function place(part: Real, rows: number, at: number, whole: Real): void {
  const width = part.length / rows;
  const stride = whole.length / rows;
  for (let row = 0; row < rows; row++) whole.set(part.subarray(row * width, (row + 1) * width), row * stride + at);
}

/**
 * The map of one step, $z_t = U x_t + V a_{t-1} + b$: a dense layer of the concatenation $[x_t, a_{t-1}]$, whose two parts
 * start differently: $U$ by the scheme's initialiser for its own fan-in, $V$ as a matrix that keeps the length of the state.
 */
export class StateLayer extends DenseLayer {
  readonly #features: number;
  readonly #start: StateStart;

  /**
   * @param features - Width of $x_t$.
   * @param states - Width of $a_{t-1}$; 0 where there is but one step.
   */
  constructor(
    features: number,
    states: number,
    units: number,
    options: StateStart & { readonly bias: boolean },
    services: Pick<LayerServices, 'linearAlgebra'>,
  ) {
    super(features + states, units, options.bias, services);
    this.#features = features;
    this.#start = options;
  }

  override initialise(initialiser: Initialiser, random: Random, w: Real): void {
    const { outputs, inputs } = this;
    const make = (width: number): Real => zeros(precisionOf(w), outputs * width);
    const { data: matrix } = this.matrix(w);
    const reading = make(this.#features);
    const states = inputs - this.#features;
    w.fill(0);
    initialiser.fill(outputs, this.#features, random, reading);
    place(reading, outputs, 0, matrix);
    if (states === 0) return;
    const state = make(states);
    starts[this.#start.start].fill(outputs, states, random, state);
    for (let i = 0; i < state.length; i++) state[i]! *= this.#start.scale;
    place(state, outputs, this.#features, matrix);
  }
}
