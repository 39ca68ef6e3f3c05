import { extname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

const isTypeScript = (url: string): boolean => /\.[cm]?ts$/.test(new URL(url).pathname);

/** Whether tsx runs this thread: its hooks reach no worker on Node 20, so each has to set them up. */
const underTsx = (): boolean => /\btsx\b/.test([...process.execArgv, process.env['NODE_OPTIONS']].join(' '));

const nodeRunsTypeScript = (): boolean => 'typescript' in process.features && Boolean(process.features.typescript);

/** A script that lets its thread import TypeScript, and then imports the module. */
const throughTsx = (url: string): string =>
  `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
    .then(({ register }) => { register(); return import(${JSON.stringify(url)}); });`;

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
  return needsTsx ? new Worker(throughTsx(entry.href), { ...options, eval: true }) : new Worker(entry, options);
}
