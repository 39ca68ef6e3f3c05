import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { readBytes } from './file.ts';
import { GrowingArray } from './growing-array.ts';
import type { RawData, ReadOptions } from './raw-data.ts';

/** A dense table larger than this is refused before it fills the memory. */
const mostNumbers = 2 ** 31;

/** The features of all rows that are not zero, row by row. */
interface SparseRows {
  readonly labels: Float64Array;
  /** Where in the other arrays a row begins. */
  readonly starts: Int32Array;
  /** Counted from 1. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

const number = (text: string): number => (/^\s*$/.test(text) ? NaN : Number(text));

/** Reads lines of the form `label index:value index:value # comment`, with indices from 1 in rising order. */
class SparseReader {
  readonly #path: string;
  readonly #labels = new GrowingArray((length) => new Float64Array(length));
  readonly #starts = new GrowingArray((length) => new Int32Array(length));
  readonly #columns = new GrowingArray((length) => new Int32Array(length));
  readonly #values = new GrowingArray((length) => new Float64Array(length));

  constructor(path: string) {
    this.#path = path;
  }

  add(text: string, line: number): void {
    const words = text.replace(/#.*$/, '').trim().split(/\s+/);
    if (words[0] === '') return;
    const label = number(words[0]!);
    must(
      Number.isFinite(label),
      () => `${this.#path}:${line}:1: the label ${JSON.stringify(words[0])} is not a number.`,
    );
    this.#labels.push(label);
    this.#starts.push(this.#values.length);
    let last = 0;
    for (let i = 1; i < words.length; i++) {
      const word = words[i]!;
      if (word.startsWith('qid:')) continue;
      const at = word.indexOf(':');
      const [column, value] = [number(word.slice(0, at)), number(word.slice(at + 1))];
      if (at < 1 || !Number.isInteger(column) || column <= last || !Number.isFinite(value)) {
        throw this.#wrong(word, line, i + 1, last);
      }
      this.#columns.push(column);
      this.#values.push(value);
      last = column;
    }
  }

  finish(): SparseRows {
    must(this.#labels.length > 0, () => `${this.#path}: there are no samples.`);
    this.#starts.push(this.#values.length);
    return {
      labels: this.#labels.finish(),
      starts: this.#starts.finish(),
      columns: this.#columns.finish(),
      values: this.#values.finish(),
    };
  }

  #wrong(word: string, line: number, field: number, last: number): UserError {
    const text = JSON.stringify(word.length > 40 ? `${word.slice(0, 40)}...` : word);
    const after = last > 0 ? `, the index above ${last}` : ', the index at least 1';
    return new UserError(`${this.#path}:${line}:${field}: ${text} is not index:value${after}.`);
  }
}

async function read(path: string, options: ReadOptions): Promise<RawData> {
  const reader = new SparseReader(path);
  const lines = new TextDecoder().decode(await readBytes(path)).split(/\r?\n/);
  lines.forEach((text, index) => {
    reader.add(text, index + 1);
  });
  const { labels, starts, columns, values } = reader.finish();
  const rows = labels.length;
  const cols = columns.reduce((most, column) => Math.max(most, column), 1);
  must(rows * cols <= mostNumbers, () => {
    return `${path}: ${rows} samples of ${cols} features are too many for a dense table; choose features first.`;
  });
  const dense = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row]!; i < starts[row + 1]!; i++) dense[row * cols + columns[i]! - 1] = values[i]!;
  }
  const own = options.label === 'none' ? undefined : labels;
  return { name: path, rows, cols, shape: [cols], values: dense, scale: 1, labels: own, columnNames: undefined };
}

/** SVMlight's sparse text (Joachims 1999), also of LIBSVM: a label, then the features that are not zero. Read as a dense table. */
export const svmlightFormat: DataFormat = { name: 'svmlight', endings: ['.svm', '.libsvm', '.svmlight'], read };
