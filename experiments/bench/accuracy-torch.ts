import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AccuracyMethod, Attained } from './accuracy-method.ts';
import { findPython, oneThread } from '../reference/python.ts';

/** What torch's methods are called, and what the script calls them. */
const methods = { 'torch Adam': 'adam', 'torch SGD': 'sgd', 'torch L-BFGS': 'lbfgs' } as const;

/** Name of a method of torch. */
export type TorchMethod = keyof typeof methods;

const script = fileURLToPath(new URL('./accuracy_torch.py', import.meta.url));

/** torch's methods on the problem in a folder, each in a process of its own; none where there is no torch. */
export function torchMethods(folder: string): AccuracyMethod[] {
  const found = findPython('torch');
  if (found === undefined) return [];
  const env = { ...process.env, ...oneThread };
  return Object.entries(methods).map(([name, method]): AccuracyMethod => ({
    name,
    once: method === 'lbfgs',
    async train(seed) {
      const given = ['-B', script, folder, method, String(seed)];
      const { stdout } = await promisify(execFile)(found.python, given, { env });
      return JSON.parse(stdout) as Attained;
    },
  }));
}
