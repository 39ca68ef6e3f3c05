import { UserError } from '../../core/errors.ts';

/** Does something to a file; the error of the system becomes one that names the file. */
export function writing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UserError(`${path}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}
