import { must } from './errors.ts';
import type { Random } from './random.ts';
import type { Labels } from './targets.ts';

/** Numbers of samples, each part in order. Together they are all samples, each once. */
export interface HeldOut {
  /** Samples to train on. */
  readonly kept: Int32Array;
  /** Samples held out. */
  readonly heldOut: Int32Array;
}

/** The samples class by class, in random order within a class. */
function shuffledByClass(labels: Labels, random: Random): number[] {
  const classes = new Map<string, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const key = String(labels[i]);
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [i]);
    else members.push(i);
  }
  const keys = [...classes.keys()].sort();
  return keys.flatMap((key) => shuffled(classes.get(key)!, random.child(key)));
}

/** In random order, in place (Fisher-Yates). */
function shuffled(values: number[], random: Random): number[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}

/**
 * Holds out a share of the samples at random, from every class alike: of n samples, round(`share` n), at least one; of
 * the $n_c$ samples of a class, `share` $n_c$ to within one.
 *
 * @param labels - One per sample.
 * @param share - Between 0 and 1, both excluded.
 * @param random - Equal streams hold out equal samples.
 * @param name - What the data is called in messages.
 * @throws UserError for another share, or when no sample would be left to train on.
 */
export function holdOut(labels: Labels, share: number, random: Random, name: string): HeldOut {
  must(share > 0 && share < 1, () => {
    return `${name}: the share of samples to hold out is a number between 0 and 1, got ${share}.`;
  });
  const samples = labels.length;
  const wanted = Math.max(1, Math.round(share * samples));
  must(wanted < samples, () => {
    return `${name}: holding out ${wanted} of ${samples} ${samples === 1 ? 'sample' : 'samples'} leaves none to train on.`;
  });
  // Every (n / wanted)-th of the samples in order of their classes: each class gives its part, and the parts add up.
  const chosen = new Uint8Array(samples);
  shuffledByClass(labels, random).forEach((sample, position) => {
    const before = Math.floor((position * wanted) / samples);
    chosen[sample] = Math.floor(((position + 1) * wanted) / samples) - before;
  });
  const all = Int32Array.from({ length: samples }, (_, sample) => sample);
  return { kept: all.filter((sample) => chosen[sample] === 0), heldOut: all.filter((sample) => chosen[sample] === 1) };
}
