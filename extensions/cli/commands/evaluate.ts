import { Command } from 'commander';
import type { MakeCommand } from '../command.ts';
import { prepare } from '../../data/index.ts';
import { count, percent } from '../format.ts';
import { line, type Io } from '../io.ts';
import { fitted, openNetwork, scoreOf } from '../stored-network.ts';

interface Options {
  readonly data: string;
  readonly label?: string;
  readonly json?: true;
}

/** What `nograd evaluate --json` prints. */
export interface Evaluation {
  /** Path of the model file. */
  readonly model: string;
  /** Name or path of the data. */
  readonly data: string;
  /** Samples that were looked at. */
  readonly samples: number;
  /** Samples of classes that the run had not picked. */
  readonly leftOut: number;
  /** Mean loss per sample. */
  readonly loss: number;
  /** Share of right decisions, 0 to 1. */
  readonly accuracy: number;
}

async function evaluate(path: string, options: Options, { stderr }: Io): Promise<Evaluation> {
  const network = await openNetwork(path, stderr);
  const { facts, description } = network.stored;
  const { classes, precision, preprocessing } = description;
  const label = options.label ?? facts.label ?? undefined;
  const opened = await network.composition.data.open(options.data, label === undefined ? {} : { label });
  const raw = fitted(opened, network);
  const picked = facts.classesPicked ? { classes } : {};
  const data = prepare(raw, { precision, knownClasses: classes, ...picked, ...(preprocessing && { preprocessing }) });
  const { samples } = data.source;
  const score = scoreOf(data, network);
  return { model: network.stored.path, data: raw.name, samples, leftOut: raw.rows - samples, ...score };
}

function told({ data, samples, leftOut, loss, accuracy }: Evaluation): string {
  const right = `${count(accuracy * samples)} of ${count(samples)} samples`;
  const others = leftOut === 0 ? '' : `; ${count(leftOut)} samples of other classes left out`;
  return `${data}: accuracy ${percent(accuracy)} (${right}), loss ${loss.toPrecision(6)}${others}`;
}

/** `nograd evaluate MODEL --data FILE|NAME`: loss and accuracy on labelled samples. */
export const evaluateCommand: MakeCommand = (io) =>
  new Command('evaluate')
    .description('Loss and accuracy of a trained model on labelled samples.')
    .argument('<MODEL>', 'model.safetensors, or the folder of a run that holds it')
    .requiredOption('--data <FILE|NAME>', 'samples: a known name (see nograd list data) or the path of a file')
    .option('--label <COLUMN>', 'column of the label in a table: first, last or its name (default: as in training)')
    .option('--json', 'print the figures as JSON')
    .action(async (path: string, options: Options) => {
      const found = await evaluate(path, options, io);
      line(io.stdout, options.json === true ? JSON.stringify(found, null, 2) : told(found));
    });
