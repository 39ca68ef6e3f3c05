import type { ActivationSolver, Piece } from '../../core/activation-solver.ts';
import type { Real } from '../../core/block.ts';

/** `r[i]` *= $h'(z_i)$. */
export type TimesSlope = (z: Real, r: Real) => void;

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Derivatives of smooth activations by name, where they are simple; all others are differences. */
const known: Readonly<Record<string, (z: number) => number>> = {
  tanh: (z) => 1 - Math.tanh(z) ** 2,
  sigmoid: (z) => sigmoid(z) * (1 - sigmoid(z)),
  softplus: sigmoid,
  elu: (z) => (z > 0 ? 1 : Math.exp(z)),
  silu: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
};

/** At a joint the right piece holds, as for the function itself. A jump has no slope: the gradient does not see it. */
function piecewise(pieces: readonly Piece[]): TimesSlope {
  if (pieces.length === 2) {
    const [left, right] = pieces as readonly [Piece, Piece];
    return (z, r) => {
      for (let i = 0; i < r.length; i++) r[i]! *= z[i]! >= right.from ? right.slope : left.slope;
    };
  }
  return (z, r) => {
    for (let i = 0; i < r.length; i++) r[i]! *= pieces.find(({ to }) => z[i]! < to)?.slope ?? 0;
  };
}

const entrywise =
  (slope: (z: number) => number): TimesSlope =>
  (z, r) => {
    for (let i = 0; i < r.length; i++) r[i]! *= slope(z[i]!);
  };

/** Half the step of a central difference, in double precision. */
const step = 1e-5;

/** $(h(z + s) - h(z - s)) / 2s$: for activations that declare neither pieces nor a name that is known. */
function difference(activation: ActivationSolver): TimesSlope {
  return (z, r) => {
    const above = Float64Array.from(z, (value) => value + step);
    const below = Float64Array.from(z, (value) => value - step);
    activation.apply(above, above);
    activation.apply(below, below);
    for (let i = 0; i < r.length; i++) r[i]! *= (above[i]! - below[i]!) / (2 * step);
  };
}

/** Multiplies by the derivative of an activation. */
export function slopeOf(activation: ActivationSolver): TimesSlope {
  if (activation.pieces !== undefined) return piecewise(activation.pieces);
  const slope = known[activation.name];
  return slope === undefined ? difference(activation) : entrywise(slope);
}
