import { must, nearest, UserError } from '../../core/errors.ts';
import { GrowingArray } from './growing-array.ts';
import type { RawData } from './raw-data.ts';

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
const isNumeric = (text: string): boolean => text.trim() !== '' && !Number.isNaN(Number(text));
const isNotFinite = (text: string): boolean => /^[+-]?(nan|inf|infinity)$/i.test(text.trim());

/** Builds a table from records, one at a time: features as numbers, labels as codes of their distinct texts. */
export class CsvTable {
  readonly #path: string;
  readonly #label: string;
  readonly #values = new GrowingArray((length) => new Float64Array(length));
  readonly #codes = new GrowingArray((length) => new Int32Array(length));
  readonly #codeOf = new Map<string, number>();
  #header: readonly string[] | undefined;
  #width = 0;
  #labelAt = -1;

  /** @param label - `first`, `last`, `none`, or the name of a column. */
  constructor(path: string, label: string) {
    this.#path = path;
    this.#label = label;
  }

  /** Adds the record that ends on that line of the file; the first one decides about header and columns. */
  add(fields: readonly string[], line: number): void {
    if (this.#width === 0) {
      if (this.#begin(fields, line)) return;
    }
    if (fields.length !== this.#width) throw this.#wrongWidth(fields, line);
    for (let column = 0; column < fields.length; column++) {
      const text = fields[column]!;
      if (column === this.#labelAt) this.#codes.push(this.#code(text, line));
      else this.#values.push(this.#number(text, line, column));
    }
  }

  /** What was added, as numbers. */
  finish(): RawData {
    const cols = this.#width - (this.#labelAt < 0 ? 0 : 1);
    const values = this.#values.finish();
    must(values.length > 0, () => `${this.#path}: there are no rows below the header.`);
    return {
      name: this.#path,
      rows: values.length / cols,
      cols,
      shape: [cols],
      values,
      scale: 1,
      labels: this.#labelAt < 0 ? undefined : this.#labels(),
      columnNames: this.#header?.filter((_, column) => column !== this.#labelAt),
    };
  }

  /** Decides about columns and header from the first record. Returns whether it is a header. */
  #begin(fields: readonly string[], line: number): boolean {
    const named = this.#label !== 'first' && this.#label !== 'last' && this.#label !== 'none';
    if (named) this.#labelAt = fields.findIndex((field) => field.trim() === this.#label);
    else if (this.#label !== 'none') this.#labelAt = this.#label === 'first' ? 0 : fields.length - 1;
    const isHeader = !fields.some((text, column) => column !== this.#labelAt && (isNumeric(text) || isNotFinite(text)));
    must(!named || isHeader, () => {
      return `${this.#path}: label "${this.#label}" names a column, but the first line is no header; use "first", "last" or "none".`;
    });
    must(!named || this.#labelAt >= 0, () => this.#unknownColumn(fields));
    must(fields.length > (this.#labelAt < 0 ? 0 : 1), () => {
      return `${this.#path}:${line}: a row has one field, expected features and a label.`;
    });
    this.#width = fields.length;
    if (isHeader) this.#header = fields.map((field) => field.trim());
    return isHeader;
  }

  #number(text: string, line: number, column: number): number {
    const value = Number(text);
    if (Number.isFinite(value) && (value !== 0 || text.trim() !== '')) return value;
    throw this.#badField(text, line, column);
  }

  /** Position of a label's text among the distinct ones, in order of appearance. */
  #code(text: string, line: number): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    if (text.trim() === '' || isNotFinite(text)) throw this.#badField(text, line, this.#labelAt);
    const code = this.#codeOf.size;
    this.#codeOf.set(text, code);
    return code;
  }

  /** Numbers where every label is one, else names. */
  #labels(): Float64Array | readonly string[] {
    const texts = [...this.#codeOf.keys()].map((text) => text.trim());
    const codes = this.#codes.finish();
    if (!texts.every(isNumeric)) return Array.from(codes, (code) => texts[code]!);
    const numbers = texts.map(Number);
    return Float64Array.from(codes, (code) => numbers[code]!);
  }

  #column(column: number): string {
    const name = this.#header?.[column];
    return name === undefined ? '' : ` in column ${quoted(name)}`;
  }

  #badField(text: string, line: number, column: number): UserError {
    const place = `${this.#path}:${line}:${column + 1}`;
    if (text.trim() === '') return new UserError(`${place}: empty field${this.#column(column)}.`);
    const finite = isNumeric(text) || isNotFinite(text);
    const what = finite ? 'not a finite number' : 'not a number';
    return new UserError(`${place}: ${quoted(text)}${this.#column(column)} is ${what}.`);
  }

  #wrongWidth(fields: readonly string[], line: number): UserError {
    const numbers = `${fields.length} fields, expected ${this.#width}`;
    if (fields.length < this.#width) {
      const column = fields.length;
      return new UserError(`${this.#path}:${line}:${column + 1}: missing field${this.#column(column)}: ${numbers}.`);
    }
    const extra = quoted(fields[this.#width]!);
    return new UserError(`${this.#path}:${line}:${this.#width + 1}: extra field ${extra}: ${numbers}.`);
  }

  #unknownColumn(names: readonly string[]): string {
    const near = nearest(this.#label, names);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    const some = names.length > 20 ? [...names.slice(0, 20), '...'] : names;
    return `${this.#path}: no column is called "${this.#label}".${hint} Columns: ${some.join(', ')}.`;
  }
}
