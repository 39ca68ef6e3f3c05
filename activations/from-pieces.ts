import { z } from 'zod';
import type { ActivationFamily } from '../core/activation-family.ts';
import type { ActivationSolver } from '../core/activation-solver.ts';
import { must } from '../core/errors.ts';
import { checkOptions } from '../core/options.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

const spelled = (bound: unknown): unknown => (bound === Infinity ? 'inf' : bound === -Infinity ? '-inf' : bound);

/** A joint as a run file writes it. Infinities are spelled in words, which JSON and JSON Schema can hold as well. */
const joint = z.preprocess(
  spelled,
  z.union([z.number(), z.enum(['-inf', 'inf'])], { error: 'must be a number, "-inf" or "inf"' }),
);

const piece = z.strictObject({
  from: joint.optional().describe('Left end, included. The first piece starts at -inf and may leave it out.'),
  to: joint.optional().describe('Right end, not included. The last piece ends at inf and may leave it out.'),
  slope: z.number().describe('Slope of the piece.'),
  offset: z.number().describe('Value of the piece, continued to z = 0.'),
});

/** Schema of a piecewise-linear activation in a run file; {@link activationFromPieces} makes it. */
export const piecesSchema = z.strictObject({
  name: z.string().min(1).default('piecewise-linear').describe('Name in reports and messages.'),
  pieces: z.array(piece).min(1).describe('Linear pieces from left to right, without gap or overlap.'),
});

const read = (given: number | string): number =>
  typeof given === 'number' ? given : given === 'inf' ? Infinity : -Infinity;

/**
 * The activation that a run file spells out: `{ name?, pieces: [{ from, to, slope, offset }] }`. Infinite ends are
 * YAML's `-.inf` and `.inf`, or `"-inf"` and `"inf"`, or left out at the outer ends.
 *
 * @param spec - What the run file says, not yet checked.
 * @throws UserError when a key is unknown or missing, or the pieces do not cover the line once.
 */
export function activationFromPieces(spec: unknown): ActivationSolver {
  const { name, pieces } = checkOptions('activation', piecesSchema, spec);
  const end = (index: number, key: 'from' | 'to'): number => {
    const given = pieces[index]![key];
    if (given !== undefined) return read(given);
    const outer = key === 'from' ? 0 : pieces.length - 1;
    must(index === outer, () => {
      return `Activation "${name}", piece ${index + 1} of ${pieces.length}: give \`${key}\`; only the outer ends may be left out.`;
    });
    return key === 'from' ? -Infinity : Infinity;
  };
  return piecewiseLinear(
    name,
    pieces.map(({ slope, offset }, index) => ({ from: end(index, 'from'), to: end(index, 'to'), slope, offset })),
  );
}

/** Piecewise-linear activations that a run file spells out under the key `pieces`. */
export const piecesFamily: ActivationFamily = { key: 'pieces', create: activationFromPieces };
