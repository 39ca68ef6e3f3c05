import { must } from '../../../core/errors.ts';
import type { Random } from '../../../core/random.ts';

/** Mixes the bits of a 32-bit number (the finaliser of MurmurHash3, Appleby). */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Which samples are held out: each with the same probability, by a hash of where it stands in the file. So every rank can tell
 * by itself, and the same samples are held out on any number of ranks; their number is the share only roughly.
 *
 * @param share - Between 0 and 1, both excluded.
 */
export function heldOutBy(share: number, random: Random): (position: number) => boolean {
  must(share > 0 && share < 1, () => `The share of samples to hold out is a number between 0 and 1, got ${share}.`);
  const salt = random.integer(2 ** 32);
  const threshold = share * 2 ** 32;
  return (position) => mix(mix((position % 2 ** 32) ^ salt) ^ Math.floor(position / 2 ** 32)) < threshold;
}
