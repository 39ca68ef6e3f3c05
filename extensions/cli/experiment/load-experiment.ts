import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { must, unknownName, UserError } from '../../../core/errors.ts';
import { importModule } from '../plugins.ts';
import type { Experiment } from './define.ts';

/** An experiment with its name. */
export interface NamedExperiment extends Pick<Experiment, 'define'> {
  /** Name of its file without the ending. */
  readonly name: string;
}

const { url: here } = import.meta;

/** The experiments that come with nograd: beside the folder of extensions, TypeScript or built like this file. */
const folder = new URL('../../../experiments/', here);

const isModule = (file: string): boolean => extname(file) === extname(here) && !file.endsWith('.d.ts');

/** Names of the experiments that come with nograd. */
export const experimentNames = (): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(isModule)
        .map((file) => basename(file, extname(file)))
    : [];

const isPath = (given: string): boolean => /[/\\]/.test(given) || /\.[cm]?[jt]s$/.test(given);

function locate(given: string): URL {
  if (isPath(given)) return pathToFileURL(resolve(given));
  const known = experimentNames();
  must(known.includes(given), () => `${unknownName('experiment', given, known)} Or give the path of a file.`);
  return new URL(`${given}${extname(here)}`, folder);
}

const isExperiment = (value: unknown): value is Experiment =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'nograd-experiment';

/** A user's mistake stays one when another copy of nograd, which the experiment has imported, is who found it. */
function ours<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Error && error.name === 'UserError' ? new UserError(error.message) : error;
  }
}

/**
 * Loads an experiment by its name, or a module of the user's own by its path: at run time, since experiments build on
 * extensions and no extension on them.
 *
 * @throws UserError for a name that is not known, or a module that cannot be loaded or exports no experiment, or several.
 */
export async function loadExperiment(given: string): Promise<NamedExperiment> {
  const url = locate(given);
  const found = Object.values(await importModule('Experiment', given, url.href)).filter(isExperiment);
  must(found.length > 0, () => `${given}: exports no experiment: export const experiment = defineExperiment({ ... }).`);
  must(found.length === 1, () => `${given}: exports ${found.length} experiments, one is expected.`);
  const file = fileURLToPath(url);
  return { name: basename(file, extname(file)), define: (context) => ours(() => found[0]!.define(context)) };
}

/**
 * The URL of a module beside an experiment, for its `plugins` and programs: TypeScript where the experiment is TypeScript,
 * built where it is built.
 *
 * @param path - From the experiment's file, ending in `.ts`: `./baselines/module.ts`.
 * @param from - `import.meta.url` of the experiment.
 */
export const moduleUrl = (path: string, from: string): string =>
  new URL(path.replace(/\.ts$/, extname(new URL(from).pathname)), from).href;
