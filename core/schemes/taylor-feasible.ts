import { preset } from '../preset.ts';
import type { Scheme } from '../scheme.ts';
import { taylor, type TaylorOptions } from './taylor.ts';

/**
 * The sub-problems of Taylor et al. 2016 with the settings that serve them best: started from initialised weights and a
 * forward pass, where every constraint holds; from the output backwards, so that the targets reach the first layer in
 * one sweep; with equal penalties but a slight one on the output, a ridge, biases, and no multiplier.
 */
export const taylorFeasible: Scheme<TaylorOptions> = preset('taylor-feasible', taylor, {
  order: 'backward',
  start: 'feasible',
  multiplierStep: 'none',
  gamma: 1,
  beta: 1,
  betaOutput: 0.1,
  ridge: 0.1,
  bias: true,
});
