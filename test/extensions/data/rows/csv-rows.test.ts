import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import { openCsvRows } from '../../../../extensions/data/rows/csv-rows.ts';
import type { OpenRowsOptions } from '../../../../extensions/data/rows/row-file.ts';
import { csvFormat } from '../../../../extensions/data/csv.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();
let files = 0;
const write = (text: string): string => folder.write(`${files++}.csv`, text);

interface Row {
  readonly features: readonly number[];
  readonly label: string;
  readonly position: number;
}

/** All rows, read in so many parts. */
async function readParts(path: string, parts: number, options: OpenRowsOptions = {}): Promise<Row[]> {
  const file = await openCsvRows(path, options);
  const rows: Row[] = [];
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((index) => Math.floor((file.units * index) / parts)) as [number, number];
    await file.read(from, to, (features, label, position) => {
      rows.push({ features: [...features], label: String(label), position });
      return true;
    });
  }
  return rows;
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((cols) => fc.array(fc.array(number, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 15 }));

describe('rows of a CSV file', () => {
  it.prop(
    [
      table,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 6 }),
    ],
    {
      numRuns: 60,
    },
  )('are those of the whole file, each once, in whatever parts they are read', async (rows, by, end, named, parts) => {
    const header = named ? [rows[0]!.map((_, column) => `c${column}`)] : [];
    const text = [...header, ...rows].map((row) => row.join(by)).join(end) + (parts % 2 === 0 ? end : '');
    const path = write(text);
    const whole = await csvFormat.read(path, { label: 'first' });
    const found = await readParts(path, parts, { label: 'first', exact: true });
    expect(found.flatMap(({ features }) => features)).toEqual([...whole.values].map((value) => value + 0));
    expect(found.map(({ label }) => Number(label))).toEqual([...whole.labels!].map(Number));
    expect(found.map(({ position }) => position)).toEqual(
      [...new Set(found.map(({ position }) => position))].sort((a, b) => a - b),
    );
  });

  it.prop([
    fc.array(
      number.filter((value) => Math.abs(value) < 1e300),
      { minLength: 2, maxLength: 6 },
    ),
    fc.constantFrom('e', 'E'),
    fc.integer({ min: 0, max: 18 }),
  ])('have the number nearest in single precision, however it is written', async (values, exponent, digits) => {
    const text = values.map((value) => value.toExponential(digits).replace('e', exponent)).join(',');
    const [row] = await readParts(write(`${text},yes\n`), 1);
    expect([...row!.features].map((value) => Math.fround(value) + 0)).toEqual(
      text.split(',').map((field) => Math.fround(Number(field)) + 0),
    );
    expect(row!.label).toBe('yes');
  });

  it.prop([table, fc.integer({ min: 1, max: 4 })], { numRuns: 20 })(
    'come from a compressed file too',
    async (rows, parts) => {
      const text = `${rows.map((row) => row.join(',')).join('\n')}\n`;
      const path = folder.writeGzip(`${files++}.csv.gz`, text);
      const found = await readParts(path, parts, { exact: true });
      expect(found).toMatchObject(
        (await readParts(write(text), 1, { exact: true })).map(({ features, label }) => ({ features, label })),
      );
    },
  );

  plainIt('may have blank lines, blanks, quotes and names of classes', async () => {
    const path = write('a, b ,kind\n\n 1 ,2, x y\n"3",4,"a, ""b"""\n   \n5,+6.5e-1,z');
    for (const parts of [1, 2, 3, 7]) {
      const found = await readParts(path, parts);
      expect(found.map(({ features, label }) => [...features, label])).toEqual([
        [1, 2, 'x y'],
        [3, 4, 'a, "b"'],
        [5, 0.65, 'z'],
      ]);
    }
  });

  const message = async (text: string, parts = 3): Promise<string> => {
    const path = write(text);
    return readParts(path, parts).then(
      () => 'no error',
      (error: unknown) => (error as Error).message.replace(path, 'FILE'),
    );
  };

  plainIt.each([
    ['1,2,a\n3,x,b\n', 'FILE:2:2: "x" is not a number.'],
    ['u,v,w\n1,2,a\n3,nan,b\n', 'FILE:3:2: "nan" in column "v" is not a finite number.'],
    ['u,v,w\n1,2,a\n\n3,,b\n', 'FILE:4:2: empty field in column "v".'],
    ['1,2,a\n1,2,a\n1,a\n', 'FILE:3:3: missing field: 2 fields, expected 3.'],
    ['1,2,a\n1,2,3,a\n', 'FILE:2:4: extra field "a": 4 fields, expected 3.'],
    ['1,2,a\n1,2,\n', 'FILE:2:3: empty field.'],
    ['', 'FILE: the file is empty.'],
    ['u,v\n', 'FILE: there are no rows below the header.'],
    [
      '1,2,a\n1,2,"b\nc"\n',
      'FILE:2: a quoted field goes on behind the end of the line, which is not read in shares: set `data.sharded: false`.',
    ],
    ['1,2,a\n1,"2"3,b\n', 'FILE:2: a quoted field is followed by "3,b".'],
  ])('with %j: %s', async (text, expected) => {
    expect(await message(text)).toBe(expected);
  });
});
