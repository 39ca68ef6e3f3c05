import { expect, it } from 'vitest';
import { runCli } from '../../../extensions/cli/index.ts';

it('an error that nobody foresaw is told as a bug, with its stack, and ends with exit code 1', async () => {
  let stderr = '';
  const broken = (): never => {
    throw new TypeError('the screen is gone');
  };
  const code = await runCli(['list', 'losses'], {
    stdout: { write: broken },
    stderr: { write: (text) => (stderr += text) },
    env: {},
    interruption: () => new AbortController().signal,
  });
  expect(code).toBe(1);
  const [first, second, third] = stderr.split('\n');
  expect(first).toBe('nograd: the screen is gone');
  expect(second).toBe('This is a bug in nograd: please report it with the lines below.');
  expect(third).toBe('TypeError: the screen is gone');
});
