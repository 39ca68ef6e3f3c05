import { must } from '../../core/errors.ts';
import { CsvColumns, isNumeric } from './csv-columns.ts';
import { GrowingArray } from './growing-array.ts';
import type { RawData } from './raw-data.ts';

/** Builds a table from records, one at a time: features as numbers, labels as codes of their distinct texts. */
export class CsvTable {
  readonly #path: string;
  readonly #label: string;
  readonly #values = new GrowingArray((length) => new Float64Array(length));
  readonly #codes = new GrowingArray((length) => new Int32Array(length));
  readonly #codeOf = new Map<string, number>();
  #columns: CsvColumns | undefined;

  /** @param label - `first`, `last`, `none`, or the name of a column. */
  constructor(path: string, label: string) {
    this.#path = path;
    this.#label = label;
  }

  /** Adds the record that ends on that line of the file; the first one decides about header and columns. */
  add(fields: readonly string[], line: number): void {
    if (this.#columns === undefined) {
      this.#columns = new CsvColumns(this.#path, this.#label, fields, line);
      if (this.#columns.header !== undefined) return;
    }
    const { width, labelAt } = this.#columns;
    if (fields.length !== width) throw this.#columns.wrongWidth(fields, line);
    for (let column = 0; column < fields.length; column++) {
      const text = fields[column]!;
      if (column === labelAt) this.#codes.push(this.#code(text, line));
      else this.#values.push(this.#columns.number(text, line, column));
    }
  }

  /** What was added, as numbers. */
  finish(): RawData {
    const values = this.#values.finish();
    must(values.length > 0, () => `${this.#path}: there are no rows below the header.`);
    const { features: cols, labelAt, header } = this.#columns!;
    return {
      name: this.#path,
      rows: values.length / cols,
      cols,
      shape: [cols],
      values,
      scale: 1,
      labels: labelAt < 0 ? undefined : this.#labels(),
      columnNames: header?.filter((_, column) => column !== labelAt),
    };
  }

  /** Position of a label's text among the distinct ones, in order of appearance. */
  #code(text: string, line: number): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    this.#columns!.checkLabel(text, line);
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
}
