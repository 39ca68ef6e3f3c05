import { UserError } from '../../../core/errors.ts';
import type { Label } from '../../../core/targets.ts';
import { isNumeric, type CsvColumns } from '../csv-columns.ts';
import { DecimalReader, skipBlanks } from './decimal.ts';

const quote = 34;

/** Digits that a double always holds exactly. */
const exactDigits = 15;

const decoder = new TextDecoder();

/** The fields of one line. Quotes have to be closed in the same line. */
export function splitLine(line: string, delimiter: string, place: string): string[] {
  const fields: string[] = [];
  const trims = delimiter.trim() !== '';
  const clean = (text: string): string => (trims ? text.trim() : text);
  let at = 0;
  for (;;) {
    const rest = line.slice(at);
    const opened = /^\s*"/.exec(rest);
    if (opened === null) {
      const end = line.indexOf(delimiter, at);
      fields.push(clean(line.slice(at, end < 0 ? undefined : end)));
      if (end < 0) return fields;
      at = end + delimiter.length;
      continue;
    }
    const field = /^\s*"((?:[^"]|"")*)"\s*/.exec(rest);
    if (field === null) {
      throw new UserError(
        `${place}: a quoted field goes on behind the end of the line, which is not read in shares: set \`data.sharded: false\`.`,
      );
    }
    fields.push(field[1]!.replaceAll('""', '"'));
    at += field[0].length;
    if (at >= line.length) return fields;
    if (!line.startsWith(delimiter, at)) {
      throw new UserError(`${place}: a quoted field is followed by ${JSON.stringify(line.slice(at, at + 10))}.`);
    }
    at += delimiter.length;
  }
}

/** Reads the records of a table from the bytes of its lines: numbers without a detour over strings. */
export class RecordParser {
  /** The features of the last record. */
  readonly features: Float64Array;
  /** The label of the last record: a number, or another text. */
  label: Label = '';
  readonly #path: string;
  readonly #columns: CsvColumns;
  readonly #delimiter: string;
  readonly #delimiterByte: number;
  readonly #trims: boolean;
  readonly #exact: boolean;
  readonly #decimal = new DecimalReader();

  /** @param exact - Whether every digit counts, as in double precision. */
  constructor(path: string, columns: CsvColumns, delimiter: string, exact: boolean) {
    this.#path = path;
    this.#columns = columns;
    this.#delimiter = delimiter;
    this.#delimiterByte = delimiter.charCodeAt(0);
    this.#trims = delimiter.trim() !== '';
    this.#exact = exact;
    this.features = new Float64Array(columns.features);
  }

  /**
   * Reads the line in these bytes, its end excluded.
   *
   * @param line - Its number, for messages.
   */
  parse(bytes: Uint8Array, from: number, to: number, line: number): void {
    if (!this.#parsePlain(bytes, from, to)) this.#parseText(bytes, from, to, line);
  }

  /** Numbers in plain decimal form, and a label without quotes. Returns false for anything else. */
  #parsePlain(bytes: Uint8Array, from: number, to: number): boolean {
    const { width, labelAt } = this.#columns;
    const { features } = this;
    const decimal = this.#decimal;
    const delimiter = this.#delimiterByte;
    const trims = this.#trims;
    let at = from;
    let feature = 0;
    for (let column = 0; column < width; column++) {
      if (trims) at = skipBlanks(bytes, at, to);
      if (column === labelAt) {
        at = this.#parseLabel(bytes, at, to);
        if (at < 0) return false;
      } else {
        const value = decimal.read(bytes, at, to);
        if (value !== value || (this.#exact && decimal.digits > exactDigits)) return false;
        features[feature++] = value;
        at = trims ? skipBlanks(bytes, decimal.at, to) : decimal.at;
      }
      if (column + 1 === width) break;
      if (at >= to || bytes[at] !== delimiter) return false;
      at++;
    }
    return at === to;
  }

  /** Returns where the label ends, or -1 for one that is empty or quoted. */
  #parseLabel(bytes: Uint8Array, from: number, to: number): number {
    const delimiter = this.#delimiterByte;
    const value = this.#decimal.read(bytes, from, to);
    const behind = this.#trims ? skipBlanks(bytes, this.#decimal.at, to) : this.#decimal.at;
    if (value === value && this.#decimal.digits <= exactDigits && (behind === to || bytes[behind] === delimiter)) {
      this.label = value;
      return behind;
    }
    let at = from;
    while (at < to && bytes[at] !== delimiter) at++;
    const text = decoder.decode(bytes.subarray(from, at));
    this.label = this.#trims ? text.trimEnd() : text;
    return bytes[from] === quote || this.label === '' ? -1 : at;
  }

  #parseText(bytes: Uint8Array, from: number, to: number, line: number): void {
    const columns = this.#columns;
    const fields = splitLine(decoder.decode(bytes.subarray(from, to)), this.#delimiter, `${this.#path}:${line}`);
    if (fields.length !== columns.width) throw columns.wrongWidth(fields, line);
    let feature = 0;
    for (let column = 0; column < fields.length; column++) {
      const text = fields[column]!;
      if (column !== columns.labelAt) {
        this.features[feature++] = columns.number(text, line, column);
      } else {
        columns.checkLabel(text, line);
        this.label = isNumeric(text) ? Number(text) : text;
      }
    }
  }
}
