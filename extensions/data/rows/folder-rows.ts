import { must } from '../../../core/errors.ts';
import type { RowFile, RowVisitor } from './row-file.ts';

/** Files of one kind as one: the rows of the first, then those of the second, and so on. */
export function joinRows(name: string, files: readonly RowFile[]): RowFile {
  const [first] = files;
  must(first !== undefined, () => `${name}: the folder holds no file of a known format.`);
  for (const { name: other, cols, labelled } of files) {
    must(cols === first.cols && labelled === first.labelled, () => {
      return `${other}: its rows have ${cols} features, but those of ${first.name} have ${first.cols}.`;
    });
  }
  const starts = [0];
  for (const { units } of files) starts.push(starts.at(-1)! + units);
  return {
    name,
    cols: first.cols,
    shape: first.shape,
    labelled: first.labelled,
    units: starts.at(-1)!,
    estimatedRows: files.reduce((sum, { estimatedRows }) => sum + estimatedRows, 0),
    async read(from, to, visit) {
      for (const [index, file] of files.entries()) {
        const start = starts[index]!;
        const [own, end] = [Math.max(0, from - start), Math.min(file.units, to - start)];
        if (own < end && !(await readPart(file, own, end, start, visit))) return;
      }
    },
  };
}

/** Reads a part of one file; returns false where the visitor has ended the reading. */
async function readPart(file: RowFile, from: number, to: number, start: number, visit: RowVisitor): Promise<boolean> {
  let goesOn = true;
  await file.read(from, to, (features, label, position, place) => {
    goesOn = visit(features, label, start + position, place);
    return goesOn;
  });
  return goesOn;
}
