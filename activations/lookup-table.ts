import type { ActivationSolver } from '../core/activation-solver.ts';
import type { Real } from '../core/block.ts';
import { tabulate, valueOn, valueOnTail, type Curve, type Knots, type RealFunction } from './lookup-table/curve.ts';
import { StartTable } from './lookup-table/start-table.ts';

/** A function to be solved by look-up table: {@link lookupTable}. */
export interface LookupTableOptions {
  /** Name of the activation, as run files spell it. */
  readonly name: string;
  /** $h$, finite and continuous from `from` to `to`. It is called some 30,000 times, and never for its derivative. */
  readonly apply: (z: number) => number;
  /** First knot. Below it $h$ goes on as a straight line. Default: -40. */
  readonly from?: number;
  /** Last knot. Above it $h$ goes on as a straight line. Default: 40. */
  readonly to?: number;
  /** Distance of the knots. A kink of $h$ must lie on one, `from` + k `spacing`. Default: 1/64. */
  readonly spacing?: number;
}

const defaultKnots: Knots = { from: -40, to: 40, spacing: 1 / 64 };

/** An activation that is solved by look-up table: kernels may read its table. */
export interface TabulatedActivation extends ActivationSolver {
  /** The function, tabulated when it is first asked for. */
  curve(): Curve;
}

/** Whether an activation has a table. */
export const isTabulated = (solver: ActivationSolver): solver is TabulatedActivation => 'curve' in solver;

/** Tables kept, of the ratios used last. */
export const mostTables = 4;

function applyInSingle(curve: Curve, z: Float32Array, out: Real): void {
  const { from, to, spacing, density, coefficients } = curve;
  for (let i = 0; i < z.length; i++) {
    const x = z[i]!;
    if (!(x >= from && x < to)) {
      out[i] = valueOn(curve, x);
      continue;
    }
    const segment = ((x - from) * density) | 0;
    const s = x - (from + segment * spacing);
    const at = 4 * (segment + 1);
    out[i] = coefficients[at]! + s * (coefficients[at + 1]! + s * (coefficients[at + 2]! + s * coefficients[at + 3]!));
  }
}

function applyInDouble(h: RealFunction, { from, to, left, right }: Curve, z: Float64Array, out: Real): void {
  for (let i = 0; i < z.length; i++) {
    const x = z[i]!;
    out[i] = x >= from && x <= to ? h(x) : valueOnTail(x < from ? left : right, x);
  }
}

/** A solver whose tables are made by `curve` and from it, when they are first needed. */
function solverOf(name: string, h: RealFunction, curve: () => Curve): TabulatedActivation {
  const tables = new Map<number, StartTable>();
  const tableFor = (ratio: number): StartTable => {
    const table = tables.get(ratio) ?? new StartTable(curve(), ratio);
    // The table used last goes to the end of the line.
    tables.delete(ratio);
    tables.set(ratio, table);
    if (tables.size > mostTables) tables.delete(tables.keys().next().value!);
    return table;
  };
  return {
    name,
    gap: 1e-6,
    curve,
    apply(z, out) {
      if (z instanceof Float32Array) applyInSingle(curve(), z, out);
      else applyInDouble(h, curve(), z, out);
    },
    solve: (a, m, { gamma, beta }, z) => tableFor(gamma / beta).solve(a, m, z),
  };
}

/** As {@link lookupTable} with its default knots, tabulated when it is first used: for functions known to be right. */
export function tabulatedOnUse(name: string, h: RealFunction): TabulatedActivation {
  let made: Curve | undefined;
  return solverOf(name, h, () => (made ??= tabulate(name, h, defaultKnots)));
}

/**
 * Any activation that is a function of one number, with the global solution of its sub-problem, from values of $h$ alone:
 * the look-up table of Taylor et al. 2016, section 3.3, who leave it to the reader.
 *
 * $h$ is tabulated as one cubic per `spacing`, and as straight lines outside `from` and `to`: that is where the activation
 * is made to differ from the function, if it was not straight there. For every ratio $\gamma / \beta$, a second table holds
 * where to start Newton's method by $(m, a)$, on both sides of every jump of the minimiser; its cells are filled when they
 * are first needed, and the tables of the last four ratios are kept. Far out, near kinks and where several minima are about
 * to merge, the global minimum is searched for instead, which takes some 30 times as long.
 *
 * The declared gap is $10^{-6}$; in double precision the result is a minimiser to about $10^{-7}$ of its distance from $m$.
 * `apply` calls the function in double precision and reads the table in single precision, with an error of at most $10^{-8}
 * (1 + |h|)$.
 *
 * @throws UserError when the knots make no sense, or $h$ is not finite or not smooth between them.
 *
 * @example
 * ```ts
 * const mish = lookupTable({ name: 'mish', apply: (z) => z * Math.tanh(Math.log1p(Math.exp(z))) });
 * const hardSwish = lookupTable({ name: 'hard-swish', apply: (z) => (z * Math.min(6, Math.max(0, z + 3))) / 6 });
 * ```
 */
export function lookupTable({ name, apply, ...knots }: LookupTableOptions): ActivationSolver {
  const curve = tabulate(name, apply, { ...defaultKnots, ...knots });
  return solverOf(name, apply, () => curve);
}
