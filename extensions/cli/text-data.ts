import { must } from '../../core/errors.ts';
import type { DataSource } from '../../core/data-source.ts';
import type { TrainingData } from '../../core/trainer.ts';
import { nextCharacters, partOf, readText, type TextCodes, type TextOptions } from '../data/index.ts';
import type { RunConfiguration } from './run-file.ts';

/** Where a text to train on ends and what is held out begins: a share is the last part, for neighbours are alike. */
const endOf = ({ codes }: TextCodes, validation: number | string | undefined): number =>
  typeof validation === 'number' ? codes.length - Math.round(validation * codes.length) : codes.length;

/**
 * Opens and cuts the texts of a run.
 *
 * @param pathOf - Finds a file of the run.
 */
export async function readTextData(
  { data, precision }: RunConfiguration,
  options: TextOptions,
  pathOf: (name: string) => string,
): Promise<TrainingData> {
  const { train, validation, test, limit, classes } = data;
  must(classes === undefined, () => 'A text has no `classes` to pick: leave them out.');
  const whole = await readText(pathOf(train));
  const end = endOf(whole, validation);
  const cut = (text: TextCodes, most?: number): DataSource =>
    nextCharacters(text, { ...options, ...(most && { limit: most }) }, precision);
  const other = async (name: string): Promise<DataSource> => cut(await readText(pathOf(name), whole.characters));
  const heldOut = partOf({ ...whole, name: `${whole.name} (held out)` }, end, whole.codes.length);
  return {
    train: cut(partOf(whole, 0, end), limit),
    ...(typeof validation === 'number' && { validation: cut(heldOut) }),
    ...(typeof validation === 'string' && { validation: await other(validation) }),
    ...(test !== undefined && { test: await other(test) }),
    classes: whole.characters,
  };
}
