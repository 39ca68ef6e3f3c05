import type { Real } from '../../block.ts';

/** `out` = `from` + `share` (`to` - `from`), number by number; `out` may be either of them. */
export function interpolate(from: Real, to: Real, share: number, out: Real): void {
  for (let i = 0; i < out.length; i++) out[i] = from[i]! + share * (to[i]! - from[i]!);
}
