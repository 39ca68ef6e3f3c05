import { existsSync, readFileSync } from 'node:fs';
import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { csvFormat, delimiterOf } from '../../../extensions/data/csv.ts';
import type { RawData } from '../../../extensions/data/raw-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
let files = 0;

/** Reads a text as a CSV file; messages then start with `FILE` in place of the path. */
async function readText(text: string, label?: string): Promise<RawData> {
  const path = folder.write(`${files++}.csv`, text);
  return csvFormat.read(path, label === undefined ? {} : { label }).catch((error: unknown) => {
    expect(error).toBeInstanceOf(UserError);
    throw new UserError((error as UserError).message.replaceAll(path, 'FILE'));
  });
}

const table = fc.integer({ min: 2, max: 5 }).chain((cols) => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  return fc.array(fc.array(number, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 12 });
});

describe('the CSV reader', () => {
  it.prop([table, fc.constantFrom(',', ';', '\t', '|', ' '), fc.constantFrom('\n', '\r\n'), fc.boolean()], {
    numRuns: 40,
  })(
    'gives back every number, for any delimiter and line end, with and without header',
    async (rows, by, end, named) => {
      const names = rows[0]!.map((_, column) => `c${column}`);
      const lines = [...(named ? [names] : []), ...rows].map((row) => row.join(by));
      const raw = await readText(lines.join(end) + end, 'first');
      expect([raw.rows, raw.cols, raw.shape]).toEqual([rows.length, rows[0]!.length - 1, [rows[0]!.length - 1]]);
      const written = (value: number): number => Number(String(value));
      expect([...raw.values]).toEqual(rows.flatMap((row) => row.slice(1).map(written)));
      expect([...raw.labels!]).toEqual(rows.map((row) => written(row[0]!)));
      expect(raw.columnNames).toEqual(named ? names.slice(1) : undefined);
    },
  );

  it('takes the label from the last column unless told otherwise', async () => {
    const text = 'a,kind,b\n1,2,3\n4,5,6\n';
    expect(await readText(text)).toMatchObject({ labels: Float64Array.of(3, 6), columnNames: ['a', 'kind'] });
    expect(await readText(text, 'first')).toMatchObject({ labels: Float64Array.of(1, 4) });
    const named = await readText(text, 'kind');
    expect(named).toMatchObject({ labels: Float64Array.of(2, 5), columnNames: ['a', 'b'] });
    expect([...named.values]).toEqual([1, 3, 4, 6]);
    expect(await readText(text, 'none')).toMatchObject({ labels: undefined, cols: 3 });
  });

  it('keeps labels as names where one of them is no number', async () => {
    const raw = await readText('1,setosa\n2, virginica\n3,1\n');
    expect(raw.labels).toEqual(['setosa', 'virginica', '1']);
    expect(raw.columnNames).toBeUndefined();
  });

  it('accepts a byte order mark, blank lines, blanks around fields and quoted fields', async () => {
    const raw = await readText('\ufeffx, y ,"the, label"\r\n\n 1 , 2,"a ""b"""\n\n3,4,c', 'the, label');
    expect([...raw.values]).toEqual([1, 2, 3, 4]);
    expect(raw).toMatchObject({ labels: ['a "b"', 'c'], columnNames: ['x', 'y'] });
  });

  it('reads compressed text whatever its name', async () => {
    const path = folder.writeGzip('plain-name.csv', '1,2,0\n3,4,1\n');
    expect([...(await csvFormat.read(path, {})).values]).toEqual([1, 2, 3, 4]);
  });

  it('finds the delimiter outside quotes', () => {
    expect(delimiterOf('"a;b",c')).toBe(',');
    expect(delimiterOf('1,5;2,5')).toBe(';');
    expect(delimiterOf('single')).toBe(',');
  });
});

describe('the CSV reader refuses, with file, line and column,', () => {
  plainIt.each([
    ['a missing field', 'a,b,c\n1,2,3\n4,5\n', 'FILE:3:3: missing field in column "c": 2 fields, expected 3.'],
    ['an extra field', '1,2,3\n4,5,6,7\n', 'FILE:2:4: extra field "7": 4 fields, expected 3.'],
    ['an empty field', 'a,b,c\n1,,3\n', 'FILE:2:2: empty field in column "b".'],
    ['a blank field in quotes', '1,2,3\n" ",2,3\n', 'FILE:2:1: empty field.'],
    ['an empty label', '1,2,3\n4,5,\n', 'FILE:2:3: empty field.'],
    ['text in place of a number', 'a,b,c\n1,oops,3\n', 'FILE:2:2: "oops" in column "b" is not a number.'],
    ['half a header', 'a,2,c\n1,2,3\n', 'FILE:1:1: "a" is not a number.'],
    ['NaN', '1,2,3\n4,NaN,6\n', 'FILE:2:2: "NaN" is not a finite number.'],
    ['NaN in the first row', 'nan,NaN,6\n', 'FILE:1:1: "nan" is not a finite number.'],
    ['infinity', '1,2,3\n\n-inf,5,6\n', 'FILE:3:1: "-inf" is not a finite number.'],
    ['a number beyond the largest', '1,1e999,3\n', 'FILE:1:2: "1e999" is not a finite number.'],
    ['NaN as a label', '1,2,0\n3,4,NaN\n', 'FILE:2:3: "NaN" is not a finite number.'],
    ['a single column', '1\n2\n', 'FILE:1: a row has one field, expected features and a label.'],
    ['a long strange field', `1,2\n${'x'.repeat(99)},2\n`, `FILE:2:1: "${'x'.repeat(40)}..." is not a number.`],
  ])('%s', async (_, text, message) => {
    await expect(readText(text)).rejects.toThrow(new UserError(message));
  });

  it('an open quote', async () => {
    await expect(readText('1,2\n3,"4\n')).rejects.toThrow(/^FILE:2: Quote Not Closed: .*\.$/);
  });
});

describe('the CSV reader refuses', () => {
  plainIt.each([
    ['an empty file', '', undefined, 'FILE: the file is empty.'],
    ['a file of blank lines', '\n \r\n\n', undefined, 'FILE: the file is empty.'],
    ['a header alone', 'a,b,c\n', undefined, 'FILE: there are no rows below the header.'],
    [
      'a mistyped column',
      'lable,mass\n0,1\n',
      'label',
      'FILE: no column is called "label". Did you mean "lable"? Columns: lable, mass.',
    ],
    [
      'a column name without a header',
      '0,1\n',
      'mass',
      'FILE: label "mass" names a column, but the first line is no header; use "first", "last" or "none".',
    ],
  ])('%s', async (_, text, label, message) => {
    await expect(readText(text, label)).rejects.toThrow(new UserError(message));
  });

  it('compressed text that is cut short', async () => {
    const whole = folder.writeGzip('whole.csv.gz', 'a,b\n' + '1,2\n'.repeat(50_000));
    const path = folder.write('cut.csv.gz', readFileSync(whole).subarray(0, -40));
    await expect(csvFormat.read(path, {})).rejects.toThrow(
      `${path}: the gzip compression is damaged or cut short (unexpected end of file). Get the file again.`,
    );
  });
});

const shared = '../shared/data';
const reason = existsSync(shared) ? '' : ` (skipped: there is no folder ${shared})`;

describe.skipIf(reason !== '')(`real tables${reason}`, () => {
  plainIt('the Higgs sample has 52,598 events of 28 features, label first', async () => {
    const raw = await csvFormat.read(`${shared}/higgs-train.csv.gz`, { label: 'first' });
    expect([raw.rows, raw.cols, raw.columnNames?.[0]]).toEqual([52_598, 28, 'lepton_pT']);
    expect([...raw.values.slice(0, 3)]).toEqual([1.081218, 0.7956783, 1.479122]);
    const positive = (raw.labels as Float64Array).reduce((sum, label) => sum + label, 0);
    expect(positive / raw.rows).toBeCloseTo(0.528, 3);
  });

  plainIt.each([
    ['tra', 7494],
    ['tes', 3498],
  ])('pendigits.%s.gz has %d digits of 16 numbers, label last', async (ending, rows) => {
    const raw = await csvFormat.read(`${shared}/pendigits.${ending}.gz`, {});
    expect([raw.rows, raw.cols, raw.columnNames]).toEqual([rows, 16, undefined]);
    expect([...new Set(raw.labels as Float64Array)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
