/**
 * Weights of the quadratic terms of a hidden node, both positive and without a factor 1/2:
 * $\gamma |a - h(z)|^2 + \beta |z - W a'|^2$ (Taylor et al. 2016, Eq. 5).
 */
export interface Penalty {
  /** $\gamma$, of $a = h(z)$. */
  readonly gamma: number;
  /** $\beta$, of $z = W a'$. */
  readonly beta: number;
}
