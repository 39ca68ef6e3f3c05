import { isOutput, type Graph } from '../graph.ts';
import type { Failure } from '../outcome.ts';
import type { NodeResidual, SchemeServices, SweepReport } from '../scheme.ts';
import type { ConstraintSums } from './constraint-sums.ts';
import { betaOf, type Penalties } from './penalties.ts';

const fields = ['linear', 'activation', 'loss', 'multiplier'] as const;

/** The terms of every node, summed over ranks in one message. */
export function sumTerms(local: readonly ConstraintSums[], services: SchemeServices): ConstraintSums[] {
  const flat = Float64Array.from(local.flatMap((sums) => fields.map((field) => sums[field])));
  services.clock.enter('consensus');
  services.consensus.sum(flat);
  services.clock.leave();
  return local.map((_, node) => {
    const at = node * fields.length;
    return { linear: flat[at]!, activation: flat[at + 1]!, loss: flat[at + 2]!, multiplier: flat[at + 3]! };
  });
}

/**
 * The report of a sweep from the summed terms: the objective of Eq. 5 per sample, each term as it was when its node was
 * last updated (which is its value at the end of the sweep in forward order), and the residuals per node. A term that is
 * not finite is a failure that names its node.
 */
export function reportSweep(
  terms: readonly ConstraintSums[],
  { nodes }: Graph,
  penalties: Penalties,
  samples: number,
  notes: readonly string[],
): SweepReport | Failure {
  let objective = 0;
  const residuals: NodeResidual[] = [];
  for (const node of nodes) {
    const { linear, activation, loss, multiplier } = terms[node.index]!;
    const share = loss + multiplier + betaOf(node, penalties) * linear + penalties.gamma * activation;
    if (!Number.isFinite(share)) {
      return { outcome: 'non-finite', detail: `the terms of node "${node.name}" sum to ${share}` };
    }
    objective += share / samples;
    const rms = (squared: number): number => Math.sqrt(squared / (samples * node.size));
    residuals.push({
      node: node.name,
      linear: rms(linear),
      ...(isOutput(node) ? {} : { activation: rms(activation) }),
    });
  }
  return { objective, residuals, notes };
}
