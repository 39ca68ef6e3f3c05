/** Vectors whose numbers are added up in the precision of the data, before they are added to the sums in f64. */
export const blockVectors: usize = 64;

/** Sum of the lanes, in f64. */
export function sumOf<T>(v: v128): f64 {
  if (sizeof<T>() == 8) return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
  const low = v128.promote_low<f32>(v);
  const high = v128.promote_low<f32>(v128.shuffle<f64>(v, v, 1, 1));
  return sumOf<f64>(f64x2.add(low, high));
}
