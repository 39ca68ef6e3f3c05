import { extname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

const isTypeScript = (url: string): boolean => /\.[cm]?ts$/.test(new URL(url).pathname);

/** Whether tsx runs this thread: its hooks reach no worker on Node 20, so each has to set them up. */
const underTsx = (): boolean =>
  /(^|[\s=/\\])tsx([\s/\\]|$)/.test([...process.execArgv, process.env['NODE_OPTIONS']].join(' '));

const nodeRunsTypeScript = (): boolean => 'typescript' in process.features && Boolean(process.features.typescript);

/** What sets tsx up in a thread: for modules, and for what Node takes for CommonJS. */
function findTsx(): string[] {
  try {
    return ['tsx/esm/api', 'tsx/cjs/api'].map((hooks) => import.meta.resolve(hooks));
  } catch {
    return [];
  }
}

/** A script that lets its thread import TypeScript, and then imports the module. */
const through = (hooks: readonly string[], url: string): string =>
  `Promise.all(${JSON.stringify(hooks)}.map((hooks) => import(hooks))).then((all) => {
    for (const { register } of all) register();
    return import(${JSON.stringify(url)});
  });`;

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
  const hooks = needsTsx ? findTsx() : [];
  return hooks.length === 0
    ? new Worker(entry, options)
    : new Worker(through(hooks, entry.href), { ...options, eval: true });
}
