import type { Contender } from './contender.ts';

/** Calls something so often that it takes about so many seconds; a turn is the seconds of one call. */
export function timed(name: string, call: () => void, seconds: number): Contender<number> {
  const run = (repeats: number): number => {
    const began = performance.now();
    for (let i = 0; i < repeats; i++) call();
    return (performance.now() - began) / 1000;
  };
  let repeats = 1;
  let took = run(repeats);
  while (took < seconds) {
    repeats *= 2;
    took = run(repeats);
  }
  return { name, turn: () => run(repeats) / repeats };
}
