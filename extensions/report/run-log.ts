import type { SweepRecord } from '../../core/observer.ts';
import type { Outcome } from '../../core/outcome.ts';

/** A value that a variant is told apart by, e.g. `gamma: 10`. */
export type Factor = string | number | boolean;

/** Where a run was made. */
export interface Machine {
  /** Model of the processor. */
  readonly processor: string;
  /** Processors that the process may use. */
  readonly cores: number;
  /** Memory in 2^30 bytes. */
  readonly gibibytes: number;
  /** Operating system and architecture. */
  readonly system: string;
  /** The BLAS with its version and kernels, or `none`. */
  readonly blas: string;
}

/** What is known of a run before it starts: the first line of its file. */
export interface RunHeader {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Name of the variant. */
  readonly variant: string;
  /** What the variant is told apart by in figures. */
  readonly factors: Readonly<Record<string, Factor>>;
  /** Everything random comes from it. */
  readonly seed: number | string;
  /** The checked configuration, as plain data: an equal one need not be run again. */
  readonly configuration: unknown;
  /** What the search has chosen, by the path of the value in the configuration; absent where there was none. */
  readonly chosen?: Readonly<Record<string, unknown>>;
  /** How many samples there were. */
  readonly samples: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** What the data stands in for, where it is not the data that the experiment is about. */
  readonly substitute?: string;
  /** Where it ran. */
  readonly machine: Machine;
  /** Versions of nograd and Node, and of what else the run was made with. */
  readonly versions: Readonly<Record<string, string>>;
  /** When it began, as an ISO date and time. */
  readonly started: string;
}

/** What a run tells after a sweep: the record of the engine, of which programs other than nograd give less. */
export type RunRecord = Pick<SweepRecord, 'sweep' | 'totalSeconds'> & Partial<SweepRecord>;

/** How a run ended: the last line of its file. A file without one was cut short. */
export interface RunEnding {
  /** How it ended. */
  readonly outcome: Outcome;
  /** Why. */
  readonly reason: string;
  /** The sweep whose weights were kept, where it is not the last. */
  readonly kept?: number;
}

/** The file of a run. */
export interface RunLog {
  /** The first line. */
  readonly header: RunHeader;
  /** One per sweep. */
  readonly records: readonly RunRecord[];
  /** The last line; absent where the run was cut short. */
  readonly ending?: RunEnding;
}

/** The lines of a run's file, as JSON. */
export const headerLine = (header: RunHeader): string => JSON.stringify({ run: header });
/** A line of a sweep. */
export const recordLine = (record: RunRecord): string => JSON.stringify(record);
/** The last line. */
export const endingLine = (ending: RunEnding): string => JSON.stringify({ end: ending });

interface Line {
  readonly run?: RunHeader;
  readonly end?: RunEnding;
}

/** The line as JSON, or `undefined` where it was cut short. */
function parseLine(line: string): (Line & RunRecord) | undefined {
  try {
    return JSON.parse(line) as Line & RunRecord;
  } catch {
    return undefined;
  }
}

/** Reads the text of a run's file, or `undefined` where it does not begin with a header. A last line cut short is dropped. */
export function parseRunLog(text: string): RunLog | undefined {
  const lines = text.split('\n').flatMap((line) => parseLine(line) ?? []);
  const header = lines[0]?.run;
  if (header === undefined) return undefined;
  const ending = lines.at(-1)?.end;
  const records = lines.slice(1, ending === undefined ? undefined : -1);
  return { header, records, ...(ending && { ending }) };
}

/** Whether the run came to an end of its own: it finished, or failed numerically, which running it again does not change. */
export const isComplete = ({ ending }: RunLog): boolean => ending !== undefined && ending.outcome !== 'interrupted';
