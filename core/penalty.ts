/**
 * Weights of the quadratic terms of a hidden node, both positive and without a factor 1/2:
 * $\gamma |a - h(z)|^2 + \beta |z - W a'|^2$ (Taylor et al. 2016, Eq. 5).
 */
export interface Penalty {
  readonly gamma: number;
  readonly beta: number;
}
