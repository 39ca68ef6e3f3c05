import seedrandom from 'seedrandom';

/** A stream of pseudo-random numbers. Children are independent streams named by a path, whatever was drawn before. */
export interface Random {
  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Standard normal (Box-Muller; two uniforms a pair). */
  normal(): number;
  /** Whole number from 0 to `count - 1`. */
  integer(count: number): number;
  /** The stream of that name below this one: `random('7').child('weights/1')`. */
  child(name: string): Random;
}

/** The stream that belongs to a seed: equal seeds, equal numbers, on every machine. */
export function random(seed: string): Random {
  const generator = seedrandom.alea(seed);
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - generator()));
    const angle = 2 * Math.PI * generator();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uniform: () => generator(),
    normal,
    integer: (count) => Math.floor(generator() * count),
    child: (name) => random(`${seed}/${name}`),
  };
}
