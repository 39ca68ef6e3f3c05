import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ContainerModule } from 'inversify';
import { must, UserError } from '../../core/errors.ts';

/** A module of the user's own, loaded. */
export interface Plugin {
  /** As the run file spells it. */
  readonly name: string;
  /** Where it was found: what a model file remembers. A package that only nograd finds keeps its name. */
  readonly url: string;
  readonly modules: readonly ContainerModule[];
}

const isUrl = (name: string): boolean => /^[a-z][a-z\d+.-]+:/i.test(name);
const isPath = (name: string): boolean => /^\.{0,2}[/\\]/.test(name) || isAbsolute(name) || /\.[cm]?[jt]s$/.test(name);

/** The URL of a plug-in: a path from `folder`, a package as seen from there, or a URL as it is. */
function locate(name: string, folder: string): string {
  if (isUrl(name) && !isAbsolute(name)) return name;
  if (isPath(name)) return pathToFileURL(resolve(folder, name)).href;
  try {
    return pathToFileURL(createRequire(join(resolve(folder), 'package.json')).resolve(name)).href;
  } catch {
    return name;
  }
}

/** Ours, or of another copy of inversify that the plug-in brings. */
const isContainerModule = (value: unknown): value is ContainerModule =>
  value instanceof ContainerModule ||
  (typeof value === 'object' && value !== null && value.constructor.name === ContainerModule.name && 'load' in value);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const moduleError = (kind: string, name: string, error: unknown): UserError =>
  new UserError(`${kind} "${name}": ${messageOf(error).replace(/\.?$/, '.')}`);

/** What went wrong in a plug-in, with its name. */
export const pluginError = (name: string, error: unknown): UserError => moduleError('Plug-in', name, error);

const cannotType = 'this version of Node does not run TypeScript: compile it, or set NODE_OPTIONS="--import tsx"';

/**
 * Imports a module of the user's own.
 *
 * @param kind - What it is, for messages: `Plug-in`.
 * @param name - As the user spells it.
 * @throws UserError with its name: not found, TypeScript that this Node does not run, or an error inside.
 */
export async function importModule(
  kind: string,
  name: string,
  url: string,
): Promise<Readonly<Record<string, unknown>>> {
  const missing = url.startsWith('file:') && !existsSync(fileURLToPath(url));
  must(!missing, () => `${kind} "${name}": there is no file "${fileURLToPath(url)}".`);
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw moduleError(
      kind,
      name,
      code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(extname(url)) ? cannotType : error,
    );
  }
}

/**
 * Loads a plug-in: every export that is a container module counts.
 *
 * @param name - Path from `folder`, package name, or URL.
 * @throws UserError with the plug-in's name: not found, an error inside, or no container module.
 */
export async function loadPlugin(name: string, folder: string): Promise<Plugin> {
  const url = locate(name, folder);
  const exported = Object.values(await importModule('Plug-in', name, url));
  const modules = [...new Set(exported.filter(isContainerModule))];
  must(modules.length > 0, () => {
    return `Plug-in "${name}" exports no ContainerModule of inversify: export const module = new ContainerModule(({ bind }) => ...).`;
  });
  return { name, url, modules };
}
