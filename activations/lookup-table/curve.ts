import { must } from '../../core/errors.ts';

/** A function of one number. */
export type RealFunction = (z: number) => number;

/** Where a function is tabulated, and how finely. */
export interface Knots {
  /** First knot. */
  readonly from: number;
  /** Last knot. */
  readonly to: number;
  /** Distance of neighbouring knots. */
  readonly spacing: number;
}

/** The straight line $h(z) = \text{slope} \cdot z + \text{offset}$ that a curve is beyond its knots. */
export interface Tail {
  /** Slope of the line. */
  readonly slope: number;
  /** Value of the line, continued to $z = 0$. */
  readonly offset: number;
}

/**
 * A function as cubics between equally spaced knots and as a straight line on either side of them: numbers and flat arrays
 * only, which can be posted to a worker or copied into the memory of a kernel as they are.
 */
export interface Curve extends Knots {
  /** Segments between the knots. */
  readonly count: number;
  /** Segments per unit of $z$. */
  readonly density: number;
  /**
   * Four numbers for the left tail, for every segment, and for the right tail: $h = c_0 + s (c_1 + s (c_2 + s c_3))$. In
   * record $j$, $s$ is the distance from $\text{from} + (j - 1) \, \text{spacing}$.
   */
  readonly coefficients: Float64Array;
  /** Slope on the left of every knot; $c_1$ of the record that begins there is the slope on its right. */
  readonly slopesBefore: Float64Array;
  /** Lowest and highest value of every block of {@link segmentsPerBlock} segments, or a little beyond. */
  readonly bounds: Float64Array;
  /** Knots at which the slope jumps. */
  readonly kinks: Float64Array;
  /** Whether the curvature jumps somewhere: Newton's method then converges there, but not at the rate of squares. */
  readonly bent: boolean;
  /** Below `from`. */
  readonly left: Tail;
  /** Above `to`. */
  readonly right: Tail;
}

/** $c_0$ to $c_3$ of a cubic. */
export type Cubic = readonly [c0: number, c1: number, c2: number, c3: number];

type Records = Pick<Curve, 'from' | 'spacing' | 'count' | 'coefficients'>;

/** Segments that share a pair of bounds. */
export const segmentsPerBlock = 16;

/** Largest error of the cubics that is let pass, relative to $1 + |h|$. */
const tolerance = 1e-8;

/** Neighbours within the tolerance differ, at a knot without a jump, by less than this times it per order of derivative. */
const jumpFactor = 64;

const mostSegments = 2 ** 18;

function checkKnots(name: string, { from, to, spacing }: Knots): void {
  const where = `Activation "${name}"`;
  const width = to - from;
  must(Number.isFinite(width) && width > 0, () => `${where}: from ${from} must be below to ${to}, both finite.`);
  must(spacing > 0 && spacing <= width, () => `${where}: spacing ${spacing} must be above 0 and at most ${width}.`);
  const count = width / spacing;
  must(count <= mostSegments, () => `${where}: ${count} segments, at most ${mostSegments}: give a wider spacing.`);
  must(Math.abs(count - Math.round(count)) < 1e-6, () => {
    return `${where}: from ${from} to ${to} is ${count} times the spacing ${spacing}; make it a whole number.`;
  });
}

/** The cubic through four equally spaced values: exact at both knots, and no derivative is asked for. */
function cubicThrough(f0: number, f1: number, f2: number, f3: number, spacing: number): number[] {
  const step = spacing / 3;
  const [first, second, third] = [f1 - f0, f2 - 2 * f1 + f0, f3 - 3 * f2 + 3 * f1 - f0];
  return [f0, (first - second / 2 + third / 3) / step, (second - third) / (2 * step ** 2), third / (6 * step ** 3)];
}

/** A cubic stays between the lowest and the highest of its Bernstein coefficients, which are these. */
function corners([c0, c1, c2, c3]: readonly number[], spacing: number): number[] {
  const [rise, bend] = [(c1! * spacing) / 3, (c2! * spacing ** 2) / 3];
  return [c0!, c0! + rise, c0! + 2 * rise + bend, c0! + 3 * rise + 3 * bend + c3! * spacing ** 3];
}

/** Slopes that are a matter of rounding become 0 and those of 1 become exact, so that a tail may be followed for ever. */
function tail(slope: number, z: number, value: number): Tail {
  const clean = Math.round(slope * 2 ** 32) / 2 ** 32;
  return { slope: clean, offset: value - clean * z };
}

/** Knots at which the curve jumps in its slope (`order` 1) or in its curvature (2). */
function jumpsOf({ from, spacing, count, coefficients }: Records, order: 1 | 2): number[] {
  const jumps: number[] = [];
  for (let knot = 0; knot <= count; knot++) {
    const [, b1, b2, b3] = coefficients.subarray(4 * knot, 4 * knot + 4);
    const [value, c1, c2] = coefficients.subarray(4 * knot + 4, 4 * knot + 8);
    const slope = c1! - (b1! + spacing * (2 * b2! + 3 * spacing * b3!));
    const curvature = 2 * c2! - (2 * b2! + 6 * spacing * b3!);
    const jump = Math.abs(order === 1 ? slope : curvature) * spacing ** order;
    if (jump > jumpFactor ** order * tolerance * (1 + Math.abs(value!))) jumps.push(from + knot * spacing);
  }
  return jumps;
}

/** Compares the curve with the function at a place between knots. */
function checkAt(name: string, h: RealFunction, curve: Curve, z: number): void {
  const value = h(z);
  must(Number.isFinite(value), () => {
    return `Activation "${name}": h(${z}) is ${value}; it must be finite from ${curve.from} to ${curve.to}.`;
  });
  const miss = Math.abs(valueOn(curve, z) - value);
  must(miss <= tolerance * (1 + Math.abs(value)), () => {
    return `Activation "${name}": its table misses h by ${miss.toExponential(0)} near z = ${z}: give a spacing finer than ${curve.spacing}, with a knot at every kink.`;
  });
}

/**
 * Tabulates a function: one cubic per segment through four of its values.
 *
 * @throws UserError when the knots make no sense, or the function is not finite, or not smooth between them.
 */
export function tabulate(name: string, h: RealFunction, knots: Knots): Curve {
  checkKnots(name, knots);
  const { from, to, spacing } = knots;
  const count = Math.round((to - from) / spacing);
  const coefficients = new Float64Array(4 * (count + 2));
  const slopesBefore = new Float64Array(count + 1);
  const bounds = new Float64Array(2 * Math.ceil(count / segmentsPerBlock)).map((_, i) => (i % 2 ? -1 : 1) * Infinity);
  for (let j = 0; j < count; j++) {
    const [z, block] = [from + j * spacing, Math.floor(j / segmentsPerBlock)];
    const cubic = cubicThrough(h(z), h(z + spacing / 3), h(z + (2 * spacing) / 3), h(z + spacing), spacing);
    coefficients.set(cubic, 4 * (j + 1));
    slopesBefore[j + 1] = cubic[1]! + spacing * (2 * cubic[2]! + 3 * spacing * cubic[3]!);
    bounds[2 * block] = Math.min(bounds[2 * block]!, ...corners(cubic, spacing));
    bounds[2 * block + 1] = Math.max(bounds[2 * block + 1]!, ...corners(cubic, spacing));
  }
  const left = tail(coefficients[5]!, from, h(from));
  const right = tail(slopesBefore[count]!, to, h(to));
  slopesBefore[0] = left.slope;
  coefficients.set([h(from) - left.slope * spacing, left.slope]);
  coefficients.set([h(to), right.slope], 4 * (count + 1));
  const records = { from, spacing, count, coefficients };
  const kinks = Float64Array.from(jumpsOf(records, 1));
  const bent = jumpsOf(records, 2).length > 0;
  const curve = { ...records, to, density: 1 / spacing, slopesBefore, bounds, kinks, bent, left, right };
  for (let j = 0; j < count; j++) {
    checkAt(name, h, curve, from + (j + 1 / 8) * spacing);
    checkAt(name, h, curve, from + (j + 7 / 8) * spacing);
  }
  return curve;
}

/** Value of a tail; a flat one has its value at infinity as well. NaN in, NaN out. */
export const valueOnTail = ({ slope, offset }: Tail, z: number): number =>
  slope === 0 && z === z ? offset : slope * z + offset;

/** Value of a curve. NaN in, NaN out. */
export function valueOn(curve: Curve, z: number): number {
  const { from, to, spacing, density, coefficients, left, right } = curve;
  if (!(z >= from && z < to)) return valueOnTail(z < from ? left : right, z);
  const segment = ((z - from) * density) | 0;
  const s = z - (from + segment * spacing);
  const at = 4 * (segment + 1);
  return coefficients[at]! + s * (coefficients[at + 1]! + s * (coefficients[at + 2]! + s * coefficients[at + 3]!));
}

/** Coefficients of the cubic that a curve is at a place, around that place. */
export function cubicAt({ from, to, spacing, density, count, coefficients }: Curve, z: number): Cubic {
  const record = z < from ? 0 : z < to ? Math.floor((z - from) * density) + 1 : count + 1;
  const s = z - (from + (record - 1) * spacing);
  const [c0, c1, c2, c3] = coefficients.subarray(4 * record) as unknown as Cubic;
  return [c0 + s * (c1 + s * (c2 + s * c3)), c1 + s * (2 * c2 + 3 * s * c3), c2 + 3 * s * c3, c3];
}
