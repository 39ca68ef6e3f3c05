import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../../core/errors.ts';
import {
  endingLine,
  headerLine,
  recordLine,
  type RunEnding,
  type RunHeader,
  type RunLog,
  type RunRecord,
} from '../../report/index.ts';

/** Writes the file of a run line by line: what is written stays, whatever happens next. */
export class LogWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #header: RunHeader;
  readonly #records: RunRecord[] = [];

  /** Begins the file anew. */
  constructor(path: string, header: RunHeader) {
    this.#path = path;
    this.#header = header;
    this.#file = this.#guard(() => {
      mkdirSync(dirname(path), { recursive: true });
      return openSync(path, 'w');
    });
    this.#line(headerLine(header));
  }

  /** A line of a sweep. */
  record(record: RunRecord): void {
    this.#records.push(record);
    this.#line(recordLine(record));
  }

  /** The last line; gives what the file holds. */
  end(ending: RunEnding): RunLog {
    this.#line(endingLine(ending));
    return { header: this.#header, records: this.#records, ending };
  }

  /** Closes the file, however the run went. */
  close(): void {
    closeSync(this.#file);
  }

  #line(text: string): void {
    this.#guard(() => writeSync(this.#file, `${text}\n`));
  }

  #guard<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw new UserError(
        `${this.#path}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
      );
    }
  }
}
