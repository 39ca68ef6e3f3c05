import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  endingLine,
  headerLine,
  recordLine,
  type RunEnding,
  type RunHeader,
  type RunLog,
  type RunRecord,
} from '../../report/index.ts';
import { writing } from '../writing.ts';

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
    this.#file = writing(this.#path, () => {
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
    writing(this.#path, () => writeSync(this.#file, `${text}\n`));
  }
}
