import { Command } from 'commander';
import type { Block } from '../../../core/block.ts';
import { UserError } from '../../../core/errors.ts';
import type { Label } from '../../../core/targets.ts';
import { prepareFeatures, type DataCatalogue, type RawData } from '../../data/index.ts';
import type { MakeCommand } from '../command.ts';
import { count } from '../format.ts';
import { line, type Io } from '../io.ts';
import { fitted, openNetwork } from '../stored-network.ts';
import { writeWhole } from '../write-whole.ts';

interface Options {
  readonly data: string;
  readonly out: string;
  readonly label?: string;
}

const whichLabel = ' If a column holds the label, say which: --label first, last or its name.';

/** Opens samples without labels; where one is in the way, the message says so. */
async function open(catalogue: DataCatalogue, { data, label }: Options): Promise<RawData> {
  try {
    return await catalogue.open(data, { label: label ?? 'none' });
  } catch (error) {
    const isField = error instanceof UserError && error.message.endsWith(' is not a number.');
    throw isField && label === undefined ? new UserError(error.message + whichLabel) : error;
  }
}

/** A field of a CSV file. */
const field = (value: Label): string =>
  /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

/** One column per output: its class, or nothing to tell apart where there is one. */
const scoreNames = (classes: readonly Label[], columns: number): string[] =>
  Array.from({ length: columns }, (_, column) => (columns === 1 ? 'score' : `score ${classes[column] ?? column}`));

function csvOf(classes: readonly Label[], predictions: readonly Label[], { rows, cols, data }: Block): string {
  const lines = [['prediction', ...scoreNames(classes, cols)].map(field).join(',')];
  for (let row = 0; row < rows; row++) {
    lines.push([field(predictions[row]!), ...data.subarray(row * cols, (row + 1) * cols)].join(','));
  }
  return `${lines.join('\n')}\n`;
}

async function predict(path: string, options: Options, { stdout, stderr }: Io): Promise<void> {
  const network = await openNetwork(path, stderr);
  const { model, stored, composition } = network;
  const { classes, precision, preprocessing } = stored.description;
  const opened = await open(composition.data, options);
  const oneMore = options.label === undefined && opened.cols === model.network.graph.inputs + 1;
  const raw = fitted(opened, network, oneMore ? whichLabel : '');
  const x = prepareFeatures(raw, { precision, ...(preprocessing && { preprocessing }) });
  await writeWhole(options.out, csvOf(classes, model.predict(x), model.scores(x)));
  line(stdout, `${count(x.rows)} predictions in ${options.out}`);
}

/** `nograd predict MODEL --data FILE|NAME --out FILE.csv`: the class and the scores of every sample. */
export const predictCommand: MakeCommand = (io) =>
  new Command('predict')
    .description('Class and scores of every sample, as CSV in the order of the samples.')
    .argument('<MODEL>', 'model.safetensors, or the folder of a run that holds it')
    .requiredOption('--data <FILE|NAME>', 'samples: a known name (see nograd list data) or the path of a file')
    .requiredOption('--out <FILE.csv>', 'where the predictions go')
    .option('--label <COLUMN>', 'column to ignore: first, last or its name (default: none)')
    .action((path: string, options: Options) => predict(path, options, io));
