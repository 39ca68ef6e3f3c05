import { must, nearest, UserError } from '../../core/errors.ts';

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
const isNotFinite = (text: string): boolean => /^[+-]?(nan|inf|infinity)$/i.test(text.trim());

/** Whether a field is a number. */
export const isNumeric = (text: string): boolean => text.trim() !== '' && !Number.isNaN(Number(text));

/** The columns of a table of text, as its first record tells them, and what can be wrong with its fields. */
export class CsvColumns {
  /** Fields of a record. */
  readonly width: number;
  /** The column of the label, or -1. */
  readonly labelAt: number;
  /** Names of all columns, where the first record is a header. */
  readonly header: readonly string[] | undefined;
  readonly #path: string;

  /**
   * @param label - `first`, `last`, `none`, or the name of a column.
   * @param fields - The first record.
   * @param line - The line it ends on.
   */
  constructor(path: string, label: string, fields: readonly string[], line: number) {
    const named = label !== 'first' && label !== 'last' && label !== 'none';
    this.#path = path;
    this.width = fields.length;
    if (named) this.labelAt = fields.findIndex((field) => field.trim() === label);
    else this.labelAt = label === 'none' ? -1 : label === 'first' ? 0 : fields.length - 1;
    const isHeader = !fields.some((text, column) => column !== this.labelAt && (isNumeric(text) || isNotFinite(text)));
    must(!named || isHeader, () => {
      return `${path}: label "${label}" names a column, but the first line is no header; use "first", "last" or "none".`;
    });
    must(!named || this.labelAt >= 0, () => this.#unknownColumn(label, fields));
    must(fields.length > (this.labelAt < 0 ? 0 : 1), () => {
      return `${path}:${line}: a row has one field, expected features and a label.`;
    });
    this.header = isHeader ? fields.map((field) => field.trim()) : undefined;
  }

  /** Number of features. */
  get features(): number {
    return this.width - (this.labelAt < 0 ? 0 : 1);
  }

  /** The number that a field holds. */
  number(text: string, line: number, column: number): number {
    const value = Number(text);
    if (Number.isFinite(value) && (value !== 0 || text.trim() !== '')) return value;
    throw this.badField(text, line, column);
  }

  /** @throws UserError where a label is empty, or a number that is not finite. */
  checkLabel(text: string, line: number): void {
    if (text.trim() === '' || isNotFinite(text)) throw this.badField(text, line, this.labelAt);
  }

  /** What is wrong with a field. */
  badField(text: string, line: number, column: number): UserError {
    const place = `${this.#path}:${line}:${column + 1}`;
    if (text.trim() === '') return new UserError(`${place}: empty field${this.#column(column)}.`);
    const finite = isNumeric(text) || isNotFinite(text);
    const what = finite ? 'not a finite number' : 'not a number';
    return new UserError(`${place}: ${quoted(text)}${this.#column(column)} is ${what}.`);
  }

  /** What is wrong with a record of more or fewer fields. */
  wrongWidth(fields: readonly string[], line: number): UserError {
    const numbers = `${fields.length} fields, expected ${this.width}`;
    if (fields.length < this.width) {
      const column = fields.length;
      return new UserError(`${this.#path}:${line}:${column + 1}: missing field${this.#column(column)}: ${numbers}.`);
    }
    const extra = quoted(fields[this.width]!);
    return new UserError(`${this.#path}:${line}:${this.width + 1}: extra field ${extra}: ${numbers}.`);
  }

  #column(column: number): string {
    const name = this.header?.[column];
    return name === undefined ? '' : ` in column ${quoted(name)}`;
  }

  #unknownColumn(label: string, names: readonly string[]): string {
    const near = nearest(label, names);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    const some = names.length > 20 ? [...names.slice(0, 20), '...'] : names;
    return `${this.#path}: no column is called "${label}".${hint} Columns: ${some.join(', ')}.`;
  }
}
