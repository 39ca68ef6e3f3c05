import type { Acceleration } from './accelerator.ts';
import type { ActivationSolver } from './activation-solver.ts';
import type { Catalogue } from './container.ts';
import { must, UserError } from './errors.ts';
import { zero, type Initialiser } from './initialiser.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { OutputSolver } from './output-solver.ts';
import { checkOptions } from './options.ts';
import type { TrainingConfiguration } from './run-configuration.ts';
import type { Scheme } from './scheme.ts';

/** Where activations come from. */
export type Activations = Pick<Catalogue, 'activations' | 'activationFamilies'>;

/** The activation with the fastest kernels there are for it: the last of these accelerations that has some. */
export const fastestActivation = (
  solver: ActivationSolver,
  accelerations: readonly Acceleration[] = [],
): ActivationSolver =>
  accelerations.reduce((fastest, acceleration) => acceleration.activation(solver) ?? fastest, solver);

/**
 * An activation by its registered name, or from the family whose key the object has.
 *
 * @param accelerations - The last one that has kernels for it is taken.
 */
export function resolveActivation(
  spec: unknown,
  catalogue: Activations,
  accelerations: readonly Acceleration[],
): ActivationSolver {
  return fastestActivation(namedOrMade(spec, catalogue), accelerations);
}

/**
 * A loss by its registered name.
 *
 * @param accelerations - The last one that has kernels for it is taken.
 */
export function resolveLoss(
  name: string,
  { losses }: Pick<Catalogue, 'losses'>,
  accelerations: readonly Acceleration[],
): OutputSolver {
  const solver = losses.get(name);
  return accelerations.reduce((fastest, acceleration) => acceleration.output?.(solver) ?? fastest, solver);
}

function namedOrMade(spec: unknown, { activations, activationFamilies }: Activations): ActivationSolver {
  if (typeof spec === 'string') return activations.get(spec);
  must(typeof spec === 'object' && spec !== null, () => `An activation is a name or an object, got ${String(spec)}.`);
  const given = spec as Readonly<Record<string, unknown>>;
  const family = activationFamilies.all.find(({ key }) => key in given);
  must(family !== undefined, () => {
    const known = activationFamilies.names.join(', ') || 'none';
    return `An activation object needs one of these keys: ${known}. Got: ${Object.keys(given).join(', ') || 'none'}.`;
  });
  return family.create(given);
}

/** The linear algebra of that name; `auto` is the available one of the highest preference. */
export function resolveLinearAlgebra(
  name: string,
  { linearAlgebras }: Pick<Catalogue, 'linearAlgebras'>,
): LinearAlgebra {
  if (name !== 'auto') {
    const loaded = linearAlgebras.get(name).load();
    if (typeof loaded === 'string') throw new UserError(`Linear algebra "${name}" is not available: ${loaded}`);
    return loaded;
  }
  const byPreference = [...linearAlgebras.all].sort((a, b) => b.preference - a.preference);
  for (const backend of byPreference) {
    const loaded = backend.load();
    if (typeof loaded !== 'string') return loaded;
  }
  throw new UserError('No linear algebra is available: load the module of one, e.g. mlMatrixModule.');
}

/** A scheme with its checked options and what they name. */
export interface ChosenScheme {
  /** The scheme. */
  readonly scheme: Scheme;
  /** Its options, checked and defaulted. */
  readonly options: unknown;
  /** What its weights start with. */
  readonly initialiser: Initialiser;
}

/** The initialiser that a scheme names under these options. */
export const resolveInitialiser = (
  scheme: Scheme,
  options: unknown,
  { initialisers }: Pick<Catalogue, 'initialisers'>,
): Initialiser => initialisers.get(scheme.initialiser?.(options) ?? zero.name);

/** The scheme of a run with its options checked and defaulted, and the initialiser that they name. */
export function resolveScheme(
  chosen: TrainingConfiguration['scheme'],
  catalogue: Pick<Catalogue, 'schemes' | 'initialisers'>,
): ChosenScheme {
  const { name, ...given } = typeof chosen === 'string' ? { name: chosen } : chosen;
  const scheme = catalogue.schemes.get(name);
  const options = checkOptions(`scheme "${name}"`, scheme.options, given);
  return { scheme, options, initialiser: resolveInitialiser(scheme, options, catalogue) };
}
