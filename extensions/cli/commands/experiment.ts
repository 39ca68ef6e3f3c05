import { Command, InvalidArgumentError } from 'commander';
import { join } from 'node:path';
import type { Written } from '../../report/index.ts';
import { markdownTable, summaryTable } from '../../report/index.ts';
import type { MakeCommand } from '../command.ts';
import { experimentNames, loadExperiment } from '../experiment/load-experiment.ts';
import { runExperiment } from '../experiment/run-experiment.ts';
import { shellWord } from '../format.ts';
import { line, type Io, type Output } from '../io.ts';

interface Options {
  readonly seeds?: number;
  readonly out?: string;
  readonly data: readonly string[];
  readonly only?: readonly string[];
  readonly set?: readonly string[];
  readonly fresh?: true;
}

function parseSeeds(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It has to be a whole number, at least 1.');
}

/** The command as the report shows it: what changes the results, and not where they go. */
function commandOf(given: string, { seeds, only = [], set = [] }: Options): string {
  const words = [
    given,
    ...(seeds === undefined ? [] : ['--seeds', String(seeds)]),
    ...(only.length === 0 ? [] : ['--only', ...only]),
    ...(set.length === 0 ? [] : ['--set', ...set]),
  ];
  return `nograd experiment ${words.map(shellWord).join(' ')}`;
}

/** The table of a report, and where its files lie. */
export function tellReport({ results, page }: Written, output: Output): void {
  line(output, markdownTable(summaryTable(results)));
  line(output, `report   ${page}`);
}

async function experiment(given: string, options: Options, io: Io): Promise<number> {
  const loaded = await loadExperiment(given);
  const { only, seeds } = options;
  const settings = {
    out: options.out ?? join('runs', loaded.name),
    data: options.data,
    set: options.set ?? [],
    fresh: options.fresh === true,
    command: commandOf(given, options),
    ...(only && { only }),
    ...(seeds !== undefined && { seeds }),
  };
  const { written, interrupted } = await runExperiment(loaded, settings, io);
  if (written !== undefined) tellReport(written, io.stdout);
  return interrupted ? 130 : 0;
}

/** `nograd experiment NAME|FILE.ts`: runs every variant with every seed, and draws the figures. */
export const experimentCommand: MakeCommand = (io, exit) =>
  new Command('experiment')
    .description('Run an experiment, or go on with it, and draw its figures.')
    .argument('<NAME|FILE.ts>', `one of ${experimentNames().join(', ')}; or the file of your own`)
    .option('--seeds <N>', 'seeds 1 to N (default: as the experiment says)', parseSeeds)
    .option('--out <DIR>', 'folder for the results (default: runs/NAME)')
    .option('--data <DIR...>', 'folders in which data files are looked for', ['data'])
    .option('--only <VARIANT...>', 'run these variants alone')
    .option('--set <key=value...>', 'replace settings of every variant, e.g. --set stop.sweeps=5 data.limit=1000')
    .option('--fresh', 'remove earlier results first, instead of going on with them')
    .action(async (given: string, options: Options) => {
      exit(await experiment(given, options, io));
    });
