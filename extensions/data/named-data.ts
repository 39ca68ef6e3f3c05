import { token } from '../../core/token.ts';
import type { RawData } from './raw-data.ts';

/** Extension point: data that is known by a name, wherever it lies. */
export interface NamedData {
  /** Unique name, as run files spell it. */
  readonly name: string;
  /** One line: what it is, how many samples of what shape, how many classes. */
  readonly description: string;
  /** @throws UserError that says how to get the data where it is absent. */
  open(): Promise<RawData>;
}

/** Container identifier; bind as many as you like. */
export const NamedData = token<NamedData>('NamedData');
