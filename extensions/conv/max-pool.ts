import {
  isRelu,
  type ActivationSolver,
  type ActivationWidths,
  type Piece,
  type Windows,
} from '../../core/activation-solver.ts';
import type { Real } from '../../core/block.ts';
import { must } from '../../core/errors.ts';
import type { Penalty } from '../../core/penalty.ts';
import { mustFitWindow, type Extent, type Image } from './geometry.ts';

/** $h(z) = z$. */
const plain: readonly Piece[] = [{ from: -Infinity, to: Infinity, slope: 1, offset: 0 }];

/** Pieces meet without a jump. */
const isContinuous = (pieces: readonly Piece[]): boolean =>
  pieces.every((piece, i) => {
    const next = pieces[i + 1];
    if (next === undefined) return true;
    const gap = piece.slope * piece.to + piece.offset - (next.slope * piece.to + next.offset);
    return Math.abs(gap) <= 1e-12 * (1 + Math.abs(next.offset) + Math.abs(next.slope * piece.to));
  });

/**
 * The maximum over windows side by side, then a continuous piecewise-linear $h$ (of a non-decreasing one, such as ReLU, it is the
 * same as pooling after it): $a_g = h(\max_{i \in g} z_i)$. Numbers at the border that fill no window are left out.
 *
 * z-update, global: for a window with maximum $t$, $\min_z \gamma (a - h(t))^2 + \beta \sum_i (z_i - m_i)^2$ lowers the members above
 * $t$ to it, or raises the largest, and leaves the others: $C(t) = \sum_i (m_i - t)_+^2$, or $(t - \max m)^2$. That is convex and
 * piecewise quadratic in $t$, so every piece of $h$ has one minimum in closed form, and the best of them is the global one.
 */
export class MaxPool implements ActivationSolver {
  readonly name: string;
  readonly gap = 0;
  readonly widths: ActivationWidths;
  readonly windows?: Windows;
  /** Layout of what comes out. */
  readonly pooled: Image;
  readonly #image: Image;
  readonly #pool: Extent;
  readonly #activation: ActivationSolver | undefined;
  /** Where the members of a window lie, from its first one on. */
  readonly #members: Int32Array;
  readonly #solver: WindowSolver;

  /** @param activation - $h$. Default: the identity. */
  constructor(image: Image, pool: Extent, activation?: ActivationSolver) {
    const name = activation === undefined ? 'max-pool' : `max-pool of ${activation.name}`;
    const pieces = activation === undefined ? plain : activation.pieces;
    must(pieces !== undefined && isContinuous(pieces), () => {
      return `Max pooling is solved together with a continuous piecewise-linear activation, and "${activation!.name}" is none: pool in a layer of its own, kind: max-pool.`;
    });
    const pooled = mustFitWindow(image, pool);
    this.name = name;
    this.#image = image;
    this.#pool = pool;
    this.#activation = activation;
    this.pooled = pooled;
    this.widths = {
      z: image.height * image.width * image.channels,
      a: pooled.height * pooled.width * image.channels,
    };
    this.#members = Int32Array.from({ length: pool.height * pool.width }, (_, i) => {
      return (Math.floor(i / pool.width) * image.width + (i % pool.width)) * image.channels;
    });
    if (activation === undefined || isRelu(pieces)) {
      const { height: down, width: across } = pool;
      this.windows = { ...image, down, across, rectify: activation !== undefined };
    }
    this.#solver = new WindowSolver(pieces, this.#members);
  }

  apply(z: Real, out: Real): void {
    const { height, width, channels } = this.#image;
    const { pooled } = this;
    let window = 0;
    for (let start = 0; start < z.length; start += height * width * channels) {
      for (let y = 0; y < pooled.height; y++) {
        for (let x = 0; x < pooled.width; x++, window += channels) {
          const first = start + (y * this.#pool.height * width + x * this.#pool.width) * channels;
          largestOf(z, first, this.#members, channels, out, window);
        }
      }
    }
    this.#activation?.apply(out, out);
  }

  solve(a: Real, m: Real, penalty: Penalty, z: Real): void {
    if (z !== m) z.set(m);
    const solver = this.#solver;
    solver.begin(penalty);
    this.#eachWindow(z.length, (first, window) => solver.solve(a[window]!, z, first));
  }

  solveAndSum(a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void {
    this.solve(a, m, penalty, z);
    sums[0]! += this.#solver.moved;
    sums[1]! += this.#solver.missed;
  }

  /** Where every window starts in z, and which number of a it is. */
  #eachWindow(length: number, visit: (first: number, window: number) => void): void {
    const { height, width, channels } = this.#image;
    const { pooled } = this;
    let window = 0;
    for (let start = 0; start < length; start += height * width * channels) {
      for (let y = 0; y < pooled.height; y++) {
        for (let x = 0; x < pooled.width; x++) {
          const first = start + (y * this.#pool.height * width + x * this.#pool.width) * channels;
          for (let channel = 0; channel < channels; channel++) visit(first + channel, window++);
        }
      }
    }
  }
}

/** The largest members of windows side by side, one of every channel; NaN where a member is. */
function largestOf(z: Real, first: number, members: Int32Array, channels: number, out: Real, window: number): void {
  for (let channel = 0; channel < channels; channel++) out[window + channel] = z[first + channel]!;
  for (let i = 1; i < members.length; i++) {
    const from = first + members[i]!;
    for (let channel = 0; channel < channels; channel++) {
      const value = z[from + channel]!;
      // A NaN stays: nothing is larger.
      if (value > out[window + channel]! || value !== value) out[window + channel] = value;
    }
  }
}

/** $h(z)$; NaN of NaN. */
function valueAt(pieces: readonly Piece[], z: number): number {
  if (Number.isNaN(z)) return NaN;
  let piece = pieces[0]!;
  for (let i = 1; i < pieces.length && z >= pieces[i]!.from; i++) piece = pieces[i]!;
  return piece.slope * z + piece.offset;
}

/** One window at a time, in place: `z` holds m, and then the solution. */
class WindowSolver {
  /** $\sum (z - m)^2$ since {@link begin}. */
  moved = 0;
  /** $\sum (a - h(z))^2$. */
  missed = 0;
  readonly #pieces: readonly Piece[];
  readonly #members: Int32Array;
  #gamma = 1;
  #beta = 1;

  constructor(pieces: readonly Piece[], members: Int32Array) {
    this.#pieces = pieces;
    this.#members = members;
  }

  begin({ gamma, beta }: Penalty): void {
    this.#gamma = gamma;
    this.#beta = beta;
    this.moved = 0;
    this.missed = 0;
  }

  solve(a: number, z: Real, first: number): void {
    const members = this.#members;
    let largest = first;
    let valid = !Number.isNaN(a);
    for (let i = 0; i < members.length; i++) {
      const at = first + members[i]!;
      if (Number.isNaN(z[at]!)) valid = false;
      if (z[at]! > z[largest]!) largest = at;
    }
    if (!valid) {
      for (let i = 0; i < members.length; i++) z[first + members[i]!] = NaN;
      this.moved = NaN;
      this.missed = NaN;
      return;
    }
    const top = this.#best(a, z, first, z[largest]!);
    this.#write(top, z, first, largest);
    const miss = a - valueAt(this.#pieces, z[largest]!);
    this.missed += miss * miss;
  }

  /** The maximum that the window should have. */
  #best(a: number, z: Real, first: number, most: number): number {
    let best = most;
    let lowest = Infinity;
    for (let i = 0; i < this.#pieces.length; i++) {
      const { from, to, slope, offset } = this.#pieces[i]!;
      const free = slope === 0 ? most : this.#meet((a - offset) / slope, this.#gamma * slope * slope, z, first, most);
      const top = Math.min(Math.max(free, from), to);
      const miss = a - (slope * top + offset);
      const cost = this.#gamma * miss * miss + this.#beta * this.#cost(top, z, first, most);
      if (cost < lowest) {
        lowest = cost;
        best = top;
      }
    }
    return best;
  }

  /** $\operatorname{argmin}_t \gamma (t - \text{aim})^2 + \beta C(t)$: the members above it are those that pull it up. */
  #meet(aim: number, gamma: number, z: Real, first: number, most: number): number {
    const beta = this.#beta;
    let top = (gamma * aim + beta * most) / (gamma + beta);
    if (aim >= most) return top;
    for (;;) {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < this.#members.length; i++) {
        const value = z[first + this.#members[i]!]!;
        if (value > top || value === most) {
          sum += value;
          count++;
        }
      }
      // Members that join lie above it and pull it up: it only rises, and ends.
      const next = (gamma * aim + beta * sum) / (gamma + beta * count);
      if (!(next > top)) return next;
      top = next;
    }
  }

  /** $C(t)$. */
  #cost(top: number, z: Real, first: number, most: number): number {
    if (top >= most) return (top - most) * (top - most);
    let sum = 0;
    for (let i = 0; i < this.#members.length; i++) {
      const above = z[first + this.#members[i]!]! - top;
      if (above > 0) sum += above * above;
    }
    return sum;
  }

  #write(top: number, z: Real, first: number, largest: number): void {
    const raised = top > z[largest]!;
    for (let i = 0; i < this.#members.length; i++) {
      const at = first + this.#members[i]!;
      const before = z[at]!;
      if (raised ? at !== largest : before <= top) continue;
      z[at] = top;
      const moved = z[at] - before;
      this.moved += moved * moved;
    }
  }
}
