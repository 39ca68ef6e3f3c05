import { isOutput, type Graph } from '../graph.ts';
import type { Failure } from '../outcome.ts';
import type { NodeResidual, SchemeServices, SweepReport } from '../scheme.ts';
import type { ConstraintSums } from './constraint-sums.ts';
import { betaOf, type Penalties } from './penalties.ts';

const fields = ['rows', 'linear', 'activation', 'loss', 'multiplier', 'right'] as const;

/** The terms of every node, summed over ranks in one message. */
export function sumTerms(local: readonly ConstraintSums[], services: SchemeServices): ConstraintSums[] {
  const flat = Float64Array.from(local.flatMap((sums) => fields.map((field) => sums[field] ?? 0)));
  services.clock.enter('consensus');
  services.consensus.sum(flat);
  services.clock.leave();
  return local.map(({ right }, node) => {
    const at = node * fields.length;
    const [rows, linear, activation, loss, multiplier] = flat.subarray(at) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const terms = { rows, linear, activation, loss, multiplier };
    return right === undefined ? terms : { ...terms, right: flat[at + 5]! };
  });
}

/** How many of the decisions that the relaxed outputs speak for are right. */
function relaxedAccuracy(
  terms: readonly ConstraintSums[],
  nodes: Graph['nodes'],
): { readonly relaxedAccuracy?: number } {
  const counted = nodes.filter(isOutput).map(({ index }) => terms[index]!);
  const decisions = counted.reduce((sum, { rows }) => sum + rows, 0);
  if (counted.every(({ right }) => right === undefined)) return {};
  return { relaxedAccuracy: counted.reduce((sum, { right = 0 }) => sum + right, 0) / decisions };
}

/**
 * The report of a sweep from the summed terms: the objective of Eq. 5 per sample, each term as it was when its node was
 * last updated (which is its value at the end of the sweep in forward order), and the residuals per node. The measures are
 * the shares of the objective: `loss`, `multiplier`, `linear` and `activation` (with their penalties), which add up to it; and
 * `relaxedAccuracy`, the share of samples whose $z_L$ speaks for the right class, where that was counted. A term that is not
 * finite is a failure that names its node.
 */
export function reportSweep(
  terms: readonly ConstraintSums[],
  { nodes }: Graph,
  penalties: Penalties,
  samples: number,
  notes: readonly string[],
): SweepReport | Failure {
  let objective = 0;
  const shares = { loss: 0, multiplier: 0, linear: 0, activation: 0 };
  const residuals: NodeResidual[] = [];
  for (const node of nodes) {
    const { rows, linear, activation, loss, multiplier } = terms[node.index]!;
    const beta = betaOf(node, penalties);
    const share = loss + multiplier + beta * linear + penalties.gamma * activation;
    if (!Number.isFinite(share)) {
      return { outcome: 'non-finite', detail: `the terms of node "${node.name}" sum to ${share}` };
    }
    shares.loss += loss / samples;
    shares.multiplier += multiplier / samples;
    shares.linear += (beta * linear) / samples;
    shares.activation += (penalties.gamma * activation) / samples;
    objective += share / samples;
    const rms = (squared: number, size: number): number => Math.sqrt(squared / (Math.max(1, rows) * size));
    residuals.push({
      node: node.name,
      linear: rms(linear, node.layer.outputs),
      ...(isOutput(node) ? {} : { activation: rms(activation, node.size) }),
    });
  }
  return { objective, residuals, measures: { ...shares, ...relaxedAccuracy(terms, nodes) }, notes };
}
