/** Value and slope of a function along a line. */
export interface LinePoint {
  /** Step length. */
  readonly step: number;
  /** $\phi(t)$. */
  readonly value: number;
  /** $\phi'(t)$. */
  readonly slope: number;
}

/** Evaluates the function along the line. */
export type Along = (step: number) => LinePoint;

/** Constants of the strong Wolfe conditions, and how often the function may be evaluated. */
export interface WolfeOptions {
  /** $c_1$: $\phi(t) \le \phi(0) + c_1 t \phi'(0)$. */
  readonly decrease: number;
  /** $c_2$: $|\phi'(t)| \le c_2 |\phi'(0)|$. */
  readonly curvature: number;
  /** Most evaluations. */
  readonly evaluations: number;
}

/** Minimiser of the cubic through two points with their slopes, kept inside the middle of what is between them. */
function cubic(a: LinePoint, b: LinePoint): number {
  const [left, right] = a.step < b.step ? [a, b] : [b, a];
  const width = right.step - left.step;
  const first = left.slope + right.slope - (3 * (right.value - left.value)) / width;
  const second = Math.sqrt(first * first - left.slope * right.slope);
  const found = right.step - (width * (right.slope + second - first)) / (right.slope - left.slope + 2 * second);
  const margin = 0.1 * width;
  if (!Number.isFinite(found)) return left.step + width / 2;
  return Math.min(right.step - margin, Math.max(left.step + margin, found));
}

/**
 * A step that meets the strong Wolfe conditions (Nocedal and Wright 2006, Algorithms 3.5 and 3.6, with cubic
 * interpolation), or the lowest point found where the evaluations run out; `undefined` where no point is lower.
 *
 * @param start - At step 0, of negative slope.
 * @param first - The step tried first.
 */
export function strongWolfe(
  along: Along,
  start: LinePoint,
  first: number,
  options: WolfeOptions,
): LinePoint | undefined {
  const { decrease, curvature, evaluations } = options;
  const lowEnough = ({ step, value }: LinePoint): boolean => value <= start.value + decrease * step * start.slope;
  const flatEnough = ({ slope }: LinePoint): boolean => Math.abs(slope) <= -curvature * start.slope;
  let left = evaluations;
  let [low, high]: [LinePoint, LinePoint | undefined] = [start, undefined];
  let step = first;
  while (left-- > 0) {
    const point = along(step);
    if (!Number.isFinite(point.value)) {
      // Beyond where the function is defined: come back nearer, with nothing to interpolate from.
      step = low.step + (step - low.step) / 4;
      continue;
    }
    if (!lowEnough(point) || (low.step > 0 && point.value >= low.value)) high = point;
    else {
      if (flatEnough(point)) return point;
      const inside = high !== undefined && (high.step - low.step) * point.slope < 0;
      if (high === undefined ? point.slope > 0 : !inside) high = low;
      low = point;
    }
    step = high === undefined ? 2.5 * low.step : cubic(low, high);
  }
  return low.step > 0 ? low : undefined;
}
