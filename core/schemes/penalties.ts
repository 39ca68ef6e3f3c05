import { isOutput, type Node } from '../graph.ts';

/** The penalties of a sweep: $\gamma$ and $\beta$ of hidden nodes, $\beta_L$ of output nodes. */
export interface Penalties {
  /** $\gamma$, of $a = h(z)$. */
  readonly gamma: number;
  /** $\beta$, of $z = W a'$ on hidden nodes. */
  readonly beta: number;
  /** $\beta_L$, of $z = W a'$ on output nodes. */
  readonly betaOutput: number;
}

/** $\beta$ of a node's linear constraint. */
export const betaOf = (node: Node, penalties: Penalties): number =>
  isOutput(node) ? penalties.betaOutput : penalties.beta;

/** All penalties times a factor. */
export const scaled = ({ gamma, beta, betaOutput }: Penalties, factor: number): Penalties => ({
  gamma: gamma * factor,
  beta: beta * factor,
  betaOutput: betaOutput * factor,
});
