import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsensusBackend } from '../../core/consensus.ts';
import { must } from '../../core/errors.ts';
import { fingerprintOf, FileCheckpoints, peekCheckpoint, type CheckpointOptions } from '../checkpoint/index.ts';
import type { DataCatalogue } from '../data/index.ts';
import { checkpointsIn } from './output-folder.ts';
import { pathOf } from './run-data.ts';
import type { RunConfiguration, RunFile } from './run-file.ts';
import { versions } from './versions.ts';

/** Minutes between two checkpoints where a run file does not say. */
const defaultMinutes = 10;

const dataNames = ['train', 'validation', 'test'] as const;

/** A file, or the files of a folder. */
const filesIn = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(path, entry.name)] : []))
    : [path];

/** What tells the data of a run from other data under the same names: that of files. */
export function dataFacts({ run: { data }, folder }: RunFile, catalogue: DataCatalogue): Record<string, string> {
  const names = dataNames.map((name) => data[name]).filter((name) => typeof name === 'string');
  const paths = names.map((name) => pathOf(name, folder, catalogue)).filter((path) => existsSync(path));
  const files = paths.flatMap(filesIn);
  return Object.fromEntries(
    files.map((path) => {
      const { bytes, content, changed } = fingerprintOf(path);
      const when = changed === undefined ? '' : `, changed at ${changed}`;
      return [`the data file ${path}`, `${bytes} bytes of content ${content}${when}`];
    }),
  );
}

/** What a run may change when it goes on: when to stop, on how many threads, and when to keep what. */
function lastingOf({ stop: _s, workers: _w, checkpoint: _c, keepBest: _k, ...lasting }: RunConfiguration) {
  return lasting;
}

/** What is known of the checkpoints of a run before it starts. */
export interface CheckpointRequest {
  /** Folder of `--out` or `--resume`. */
  readonly folder: string | undefined;
  /** Whether it was given by `--resume`. */
  readonly resume: boolean;
}

/** How to keep the checkpoints of a run, as plain data; `undefined` where none are kept. */
export function checkpointOptions(
  file: RunFile,
  { folder, resume }: CheckpointRequest,
  facts: Readonly<Record<string, string>>,
): CheckpointOptions | undefined {
  const { checkpoint } = file.run;
  if (folder === undefined || (checkpoint === false && !resume)) return undefined;
  const asked = checkpoint === false ? undefined : checkpoint;
  const { sweeps, minutes, keep = 2 } = asked ?? { minutes: defaultMinutes };
  const often = sweeps === undefined && minutes === undefined ? { minutes: defaultMinutes } : { sweeps, minutes };
  return {
    folder: checkpointsIn(folder),
    schedule: { ...often, keep, finished: asked !== undefined },
    resume,
    identity: { ...lastingOf(file.run), ...facts },
    nograd: versions.nograd,
  };
}

/** Where the snapshots of this rank are kept. */
export const openCheckpoints = (
  options: CheckpointOptions,
  consensus: ConsensusBackend,
  note: (text: string) => void,
): FileCheckpoints => new FileCheckpoints(options, { consensus, note });

/**
 * The workers that a run goes on with: those of its checkpoint, where it may choose.
 *
 * @param wanted - As the run says.
 */
export function workersToResume(wanted: RunConfiguration['workers'], folder: string): RunConfiguration['workers'] {
  return wanted === 'auto' ? (peekCheckpoint(checkpointsIn(folder))?.ranks ?? wanted) : wanted;
}

/**
 * The folder that a run writes to, by `--out` or `--resume`.
 *
 * @throws UserError where both are given and differ, or there is no folder to resume from.
 */
export function requestOf({ out, resume }: { readonly out?: string; readonly resume?: string }): CheckpointRequest {
  if (resume === undefined) return { folder: out, resume: false };
  must(out === undefined || join(out, '.') === join(resume, '.'), () => {
    return `--resume ${resume} goes on in that folder, so --out ${out} cannot be another: leave it out.`;
  });
  must(existsSync(resume), () => `There is no folder "${resume}" to resume from.`);
  return { folder: resume, resume: true };
}
