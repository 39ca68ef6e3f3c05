import type {
  Block,
  Failure,
  Initialiser,
  LayerKind,
  LayerSolver,
  Random,
  Real,
  WeightOptions,
  WeightSolver,
} from 'nograd';
import { z } from 'zod';

/**
 * One factor per feature, $z_j = w_j a_j$. Statistics: $\sum a_j^2$, then $\sum z_j a_j$. It has no `matrix`, so the input
 * update of the node below goes by conjugate gradients.
 */
export class ScaleLayer implements LayerSolver {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly statistics: number;
  readonly inputStatistics: number;

  constructor(features: number) {
    this.inputs = features;
    this.outputs = features;
    this.weights = features;
    this.inputStatistics = features;
    this.statistics = 2 * features;
  }

  initialise(initialiser: Initialiser, random: Random, w: Real): void {
    initialiser.fill(this.outputs, 1, random, w);
  }

  apply(w: Real, a: Block, z: Block): void {
    for (let i = 0; i < z.data.length; i++) z.data[i] = w[i % this.inputs]! * a.data[i]!;
  }

  adjoint(w: Real, r: Block, a: Block): void {
    this.apply(w, r, a);
  }

  gatherInputs(a: Block, s: Float64Array): void {
    for (let i = 0; i < a.data.length; i++) s[i % this.inputs]! += a.data[i]! ** 2;
  }

  gatherTargets(a: Block, z: Block, s: Float64Array): void {
    for (let i = 0; i < a.data.length; i++) s[this.inputs + (i % this.inputs)]! += z.data[i]! * a.data[i]!;
  }

  prepareWeights(s: Float64Array, { regulariser }: WeightOptions): WeightSolver | Failure {
    const features = this.inputs;
    const squares = s.slice(0, features);
    if (!squares.every(Number.isFinite)) return { outcome: 'non-finite', detail: 'sums of squares are not finite' };
    const gram = new Float64Array(features * features);
    squares.forEach((square, j) => (gram[j * features + j] = square));
    const ridge = regulariser.ridge(gram, features);
    return {
      remedy: 'none',
      ridge,
      solve(sums, w) {
        for (let j = 0; j < features; j++) {
          const system = squares[j]! + ridge;
          w[j] = system > 0 ? sums[features + j]! / system : 0;
        }
      },
    };
  }
}

const options = z.strictObject({ activation: z.unknown().describe('Name of an activation, or its pieces.') });

/** `kind: scale`: a hidden node with a {@link ScaleLayer}, as wide as what it reads. */
export const scaleKind: LayerKind<z.output<typeof options>> = {
  kind: 'scale',
  options,
  add(graph, { name, from }, { activation }, services) {
    const features = graph.shapeOf(from).reduce((size, extent) => size * extent, 1);
    graph.node({ name, parents: from, layer: new ScaleLayer(features), activation: services.activation(activation) });
  },
};
