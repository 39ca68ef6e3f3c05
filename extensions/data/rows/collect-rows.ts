import { must } from '../../../core/errors.ts';
import type { Label } from '../../../core/targets.ts';
import { GrowingArray } from '../growing-array.ts';
import type { RawData } from '../raw-data.ts';
import type { RowFile } from './row-file.ts';

/** All rows of a file that is read in parts. */
export async function collectRows(file: RowFile): Promise<RawData> {
  const { name, cols, shape, labelled } = file;
  const values = new GrowingArray((length) => new Float64Array(length));
  const labels: Label[] = [];
  await file.read(0, file.units, (features, label) => {
    for (const value of features) values.push(value);
    if (label !== undefined) labels.push(label);
    return true;
  });
  must(values.length > 0, () => `${name}: there are no rows.`);
  const numbers = labels.every((label) => typeof label === 'number');
  return {
    name,
    rows: values.length / cols,
    cols,
    shape,
    values: values.finish(),
    scale: 1,
    labels: !labelled ? undefined : numbers ? Float64Array.from(labels) : labels.map(String),
    columnNames: undefined,
  };
}
