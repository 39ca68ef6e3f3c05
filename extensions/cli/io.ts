import picocolors from 'picocolors';

/** A place that text goes to, e.g. `process.stdout`. */
export interface Output {
  /** Appends text. */
  write(text: string): unknown;
  /** Whether a person watches: then progress is one line that changes. Default: no. */
  readonly isTTY?: boolean;
  /** Width of the terminal, in characters. */
  readonly columns?: number;
}

/** What the command line shares with the world around it. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, notes and errors. */
  readonly stderr: Output;
  /** Environment variables; `NO_COLOR` and `TERM` are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called once, when training starts; the signal it gives ends the run after the sweep at hand. */
  interruption(): AbortSignal;
}

/** Functions that colour text for an output. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** Colours where a terminal shows them, unless the environment sets `NO_COLOR`. */
export const coloursFor = ({ isTTY }: Output, { NO_COLOR: refused, TERM: terminal }: Io['env']): Colours =>
  picocolors.createColors(isTTY === true && (refused ?? '') === '' && terminal !== 'dumb');

/** Writes a line. */
export const line = (output: Output, text: string): void => void output.write(`${text}\n`);
