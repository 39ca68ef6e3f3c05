import type { Io } from './io.ts';

/** Signals within this time, in milliseconds, are one: npm passes on what the terminal has sent to all by itself. */
const together = 500;

/** Turns the first interrupt into an abort; a later one ends the program at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  let since = 0;
  const interrupt = (): void => {
    const now = performance.now();
    if (controller.signal.aborted && now - since > together) process.exit(130);
    if (!controller.signal.aborted) since = now;
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** A reader that has seen enough, e.g. `nograd list | head -1`, is no failure of ours: the rest goes nowhere. */
function outliveReader(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** The streams, environment and signals of this process. */
export const processIo = (): Io => ({
  stdout: outliveReader(process.stdout),
  stderr: outliveReader(process.stderr),
  env: process.env,
  interruption,
});
