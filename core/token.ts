import type { ServiceIdentifier } from 'inversify';

/**
 * A typed identifier for the container. An extension point and its identifier share one name, so a single import
 * serves as type and as binding key.
 *
 * @param name - Unique name of the extension point, e.g. `'ActivationSolver'`.
 */
export const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`nograd/${name}`);
