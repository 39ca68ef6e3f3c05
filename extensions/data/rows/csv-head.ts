import { must } from '../../../core/errors.ts';
import { CsvColumns } from '../csv-columns.ts';
import { delimiterOf } from '../csv.ts';
import { eachLine, isBlank, type TextFile } from './lines.ts';
import { splitLine } from './record-parser.ts';

/** What the first lines of a table tell. */
export interface CsvHead {
  /** Its columns. */
  readonly columns: CsvColumns;
  /** What stands between fields. */
  readonly delimiter: string;
  /** Where in the text the first row begins. */
  readonly begin: number;
  /** Mean bytes of the first rows, ends of lines included. */
  readonly rowBytes: number;
}

/** Rows that are looked at to tell how long rows are. */
const sampleRows = 200;

/** Reads the first lines of a table. */
export async function readCsvHead(file: TextFile, label: string): Promise<CsvHead> {
  const { path } = file;
  let first: { readonly columns: CsvColumns; readonly delimiter: string } | undefined;
  let begin = 0;
  let end = 0;
  let rows = 0;
  await eachLine(file, 0, (bytes, from, to, offset) => {
    if (isBlank(bytes, from, to)) return true;
    if (first === undefined) {
      const text = new TextDecoder().decode(bytes.subarray(from, to));
      must(!text.includes('\r'), () => {
        return `${path}: its lines end in a carriage return alone, which is not read in shares: set \`data.sharded: false\`.`;
      });
      const delimiter = delimiterOf(text);
      const columns = new CsvColumns(path, label, splitLine(text, delimiter, `${path}:1`), 1);
      first = { columns, delimiter };
      if (columns.header !== undefined) return true;
    }
    if (rows++ === 0) begin = offset;
    end = offset + to - from + 1;
    return rows < sampleRows;
  });
  must(first !== undefined, () => `${path}: the file is empty.`);
  must(rows > 0, () => `${path}: there are no rows below the header.`);
  return { ...first, begin, rowBytes: (end - begin) / rows };
}
