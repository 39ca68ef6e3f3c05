import type { ActivationSolver } from './activation-solver.ts';
import type { Catalogue } from './container.ts';
import { must, UserError } from './errors.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import { checkOptions } from './options.ts';
import type { TrainingConfiguration } from './run-configuration.ts';
import type { Scheme } from './scheme.ts';

/** Where activations come from. */
export type Activations = Pick<Catalogue, 'activations' | 'activationFamilies' | 'accelerators'>;

/** An activation by its registered name, or from the family whose key the object has, with the fastest kernels for it. */
export function resolveActivation(spec: unknown, catalogue: Activations): ActivationSolver {
  const solver = namedOrMade(spec, catalogue);
  return catalogue.accelerators.reduce((fastest, accelerator) => accelerator.activation(solver) ?? fastest, solver);
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

/** A scheme with its checked options. */
export interface ChosenScheme {
  /** The scheme. */
  readonly scheme: Scheme;
  /** Its options, checked and defaulted. */
  readonly options: unknown;
}

/** The scheme of a run with its options checked and defaulted. */
export function resolveScheme(
  chosen: TrainingConfiguration['scheme'],
  { schemes }: Pick<Catalogue, 'schemes'>,
): ChosenScheme {
  const { name, ...given } = typeof chosen === 'string' ? { name: chosen } : chosen;
  const scheme = schemes.get(name);
  return { scheme, options: checkOptions(`scheme "${name}"`, scheme.options, given) };
}
