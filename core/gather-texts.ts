import type { ConsensusBackend } from './consensus.ts';

/** Every rank's text, in rank order, on all ranks. A collective call; for short texts, as a byte travels as a number. */
export function gatherTexts(own: string, consensus: ConsensusBackend): string[] {
  const bytes = new TextEncoder().encode(own);
  const ends = new Float64Array(consensus.size);
  ends.fill(bytes.length, consensus.rank);
  consensus.sum(ends);
  const all = new Float64Array(ends.at(-1)!);
  all.set(bytes, ends[consensus.rank]! - bytes.length);
  consensus.sum(all);
  const decoder = new TextDecoder();
  return Array.from(ends, (end, rank) => decoder.decode(Uint8Array.from(all.subarray(ends[rank - 1] ?? 0, end))));
}
