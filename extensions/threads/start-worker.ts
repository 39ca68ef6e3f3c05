import { extname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

const isTypeScript = (url: string): boolean => /\.[cm]?ts$/.test(new URL(url).pathname);

/** Whether tsx runs this thread: its hooks reach no worker on Node 20, so each has to set them up. */
const underTsx = (): boolean =>
  /(^|[\s=/\\])tsx([\s/\\]|$)/.test([...process.execArgv, process.env['NODE_OPTIONS']].join(' '));

const nodeRunsTypeScript = (): boolean => 'typescript' in process.features && Boolean(process.features.typescript);

function findTsx(): string | undefined {
  try {
    return import.meta.resolve('tsx/esm/api');
  } catch {
    return undefined;
  }
}

/** A script that lets its thread import TypeScript, and then imports the module. */
const through = (tsx: string, url: string): string =>
  `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); });`;

/**
 * Starts the worker module beside this one, which is JavaScript when built, and TypeScript under tsx, in vitest, and where
 * Node strips types.
 *
 * @param program - URL of what it is going to import.
 */
export function startWorker(program: string, options: WorkerOptions): Worker {
  const { url: here } = import.meta;
  const entry = new URL(`./worker${extname(here)}`, here);
  const needsTsx = !nodeRunsTypeScript() && (underTsx() || [here, program].some(isTypeScript));
  const tsx = needsTsx ? findTsx() : undefined;
  return tsx === undefined
    ? new Worker(entry, options)
    : new Worker(through(tsx, entry.href), { ...options, eval: true });
}
