/**
 * Misuse or bad input: a mistake of the user, told in one line that names the culprit, the numbers and the remedy.
 * Command-line tools print the message alone, without a stack trace, and exit with code 2.
 */
export class UserError extends Error {
  /** `UserError`. */
  override readonly name = 'UserError';
}

/** Throws a {@link UserError} when the condition does not hold; the text is built only then. */
export function must(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new UserError(message());
}

/** Number of single-character insertions, deletions, substitutions and neighbour swaps from `a` to `b`. */
function editDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) table[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitution, table[i - 1]![j]! + 1, table[i]![j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, table[i - 2]![j - 2]! + 1);
      }
      table[i]![j] = best;
    }
  }
  return table[a.length]![b.length]!;
}

/** The known name nearest to a mistyped one, or `undefined` when none is near (more than a third of it differs). */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Text for an unknown name: the culprit, the nearest known name, and what exists. */
export function unknownName(kind: string, name: string, known: Iterable<string>): string {
  const names = [...known];
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `Unknown ${kind} "${name}".${hint} Known: ${names.join(', ') || 'none'}.`;
}
