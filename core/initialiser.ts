import type { Real } from './block.ts';
import type { Random } from './random.ts';
import { token } from './token.ts';

/** Extension point: start values of one linear map. */
export interface Initialiser {
  /** Unique name, as run files spell it. */
  readonly name: string;
  /** Fills `w` (outputs x inputs, row-major); `inputs` is the fan-in: how many products one output adds up. */
  fill(outputs: number, inputs: number, random: Random, w: Real): void;
}

/** Container identifier; bind as many as you like. */
export const Initialiser = token<Initialiser>('Initialiser');

/** All weights zero, as in an algorithm that solves for them before it reads them. */
export const zero: Initialiser = {
  name: 'zero',
  fill: (_outputs, _inputs, _random, w) => void w.fill(0),
};
