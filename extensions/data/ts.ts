import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { readBytes } from './file.ts';
import type { RawData, ReadOptions } from './raw-data.ts';

/** One series: dimensions x steps, and the label behind it. */
interface Series {
  readonly dimensions: readonly (readonly number[])[];
  readonly label: string | undefined;
}

/** What the lines before `@data` say. */
interface Header {
  readonly labelled: boolean;
  /** Lines before the first series. */
  readonly lines: number;
}

/** Reads the header up to `@data`. */
function headerOf(path: string, lines: readonly string[]): Header {
  const at = lines.findIndex((line) => line.trim().toLowerCase() === '@data');
  must(at >= 0, () => `${path}: not a .ts file: there is no line "@data".`);
  const settings = new Map<string, string>();
  for (const line of lines.slice(0, at)) {
    const found = /^@(\w+)\s*(.*)$/.exec(line.trim());
    if (found !== null) settings.set(found[1]!.toLowerCase(), found[2]!.toLowerCase());
  }
  must(settings.get('timestamps') !== 'true', () => {
    return `${path}: series with time stamps are not read: give one value per step, at equal distances.`;
  });
  const label = settings.get('classlabel') ?? settings.get('targetlabel') ?? 'false';
  return { labelled: label.startsWith('true'), lines: at + 1 };
}

/** Numbers of one dimension; `column` is that of its first character, counted from 1. */
function numbersOf(place: string, text: string, column: number): number[] {
  let at = column;
  return text.split(',').map((entry) => {
    const value = entry.trim();
    const here = `${place}:${at}`;
    at += entry.length + 1;
    if (value === '?' || value.toLowerCase() === 'nan') {
      throw new UserError(
        `${here}: a missing value. Sequences may differ in length, but have no gaps: fill it in first.`,
      );
    }
    const number = Number(value);
    must(value !== '' && Number.isFinite(number), () => `${here}: "${value}" is not a finite number.`);
    return number;
  });
}

function seriesOf(place: string, line: string, labelled: boolean): Series {
  const parts = line.split(':');
  const label = labelled ? parts.pop()!.trim() : undefined;
  must(label !== '' && parts.length > 0, () => `${place}:${line.length}: the label behind the last ":" is missing.`);
  let column = 1;
  const dimensions = parts.map((part, dimension) => {
    const numbers = numbersOf(place, part, column);
    must(dimension === 0 || numbers.length === parts[0]!.split(',').length, () => {
      return `${place}:${column}: dimension ${dimension + 1} has ${numbers.length} steps, the first has ${parts[0]!.split(',').length}.`;
    });
    column += part.length + 1;
    return numbers;
  });
  return { dimensions, label };
}

/** Steps x dimensions of every series, behind so many absent steps that all are as long as the longest. */
function valuesOf(series: readonly Series[], steps: number, width: number): Float64Array {
  const values = new Float64Array(series.length * steps * width).fill(NaN);
  series.forEach(({ dimensions }, row) => {
    const first = (row + 1) * steps - dimensions[0]!.length;
    dimensions.forEach((numbers, dimension) => {
      numbers.forEach((value, step) => (values[(first + step) * width + dimension] = value));
    });
  });
  return values;
}

/** As numbers where all of them are. */
function labelsOf(series: readonly Series[]): Float64Array | string[] | undefined {
  const labels = series.map(({ label }) => label);
  if (labels.some((label) => label === undefined)) return undefined;
  const numbers = labels.map(Number);
  return numbers.every(Number.isFinite) ? Float64Array.from(numbers) : (labels as string[]);
}

async function read(path: string, { label }: ReadOptions): Promise<RawData> {
  const lines = new TextDecoder().decode(await readBytes(path)).split(/\r?\n/);
  const header = headerOf(path, lines);
  const series: Series[] = [];
  let width = 0;
  for (let index = header.lines; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.trim() === '' || line.startsWith('#')) continue;
    const place = `${path}:${index + 1}`;
    const found = seriesOf(place, line, header.labelled);
    width ||= found.dimensions.length;
    must(found.dimensions.length === width, () => {
      return `${place}:1: the series has ${found.dimensions.length} dimensions, those before have ${width}.`;
    });
    series.push(found);
  }
  must(series.length > 0, () => `${path}: there is no series behind the line "@data".`);
  const lengths = series.map(({ dimensions }) => dimensions[0]!.length);
  const steps = Math.max(...lengths);
  return {
    name: path,
    rows: series.length,
    cols: steps * width,
    shape: [steps, width],
    values: valuesOf(series, steps, width),
    scale: 1,
    labels: label === 'none' ? undefined : labelsOf(series),
    columnNames: undefined,
    ...(lengths.some((length) => length < steps) && { ragged: true as const }),
  };
}

/**
 * Time series of the UEA and UCR archives (Bagnall et al. 2018): a line per series, dimensions apart by `:`, steps by `,`, the
 * label last. A sample is steps x dimensions; shorter series stand behind absent steps.
 */
export const tsFormat: DataFormat = { name: 'ts', endings: ['.ts'], read };
