import type { ActivationSolver } from './activation-solver.ts';
import { token } from './token.ts';

/**
 * Extension point: activations that a run file spells out instead of naming one, e.g. `activation: { pieces: [...] }`.
 */
export interface ActivationFamily {
  /** The key whose presence says that the object is of this family; unique. */
  readonly key: string;
  /** Makes the activation. @throws UserError for what the object gets wrong. */
  create(spec: Readonly<Record<string, unknown>>): ActivationSolver;
}

/** Container identifier; bind as many as you like. */
export const ActivationFamily = token<ActivationFamily>('ActivationFamily');
