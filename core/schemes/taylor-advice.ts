import type { Advice } from '../symptom.ts';
import type { TaylorOptions } from './taylor.ts';

/** What helps `taylor`, as far as its options do not have it already. */
export function taylorAdvice({ gamma, beta, order, start }: TaylorOptions): Advice {
  const ratio = gamma / beta;
  const asPrinted = order === 'forward' || start === 'gaussian';
  const better = asPrinted ? '`taylor-feasible`, or ' : '';
  return {
    stalled: `Algorithm 1 tends to stop at the level of a linear model. If that is not good enough, try ${better}a scheme that trains the deployed network itself, as \`nested\` does.`,
    diverging: 'Try a lower `gamma` / `beta`, more `ridge`, or `keepBest: true` to end with the best weights.',
    ...(ratio > 1 && {
      slow: `The hidden activations move by a share of about beta / (beta + gamma) per sweep: try \`gamma\` = \`beta\`, which now are ${gamma} and ${beta}.`,
    }),
  };
}
