/** One use of a program in a shell block: `nograd train run.yaml --json` is `train` and the words behind it. */
export interface Use {
  readonly command: string;
  readonly words: readonly string[];
}

/** The uses of a program in a shell block, also behind `npx` or `mpirun -n 8`. What npm installs is not used. */
export function usesOf(program: string, script: string): Use[] {
  const lines = script.replace(/\\\n/g, ' ').replace(/(^|\s)#.*$/gm, '');
  return lines.split(/\n|&&|\|\|?|;|>/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const at = words.indexOf(program);
    const command = words[at + 1];
    if (at < 0 || command === undefined || (at > 0 && words[0] === 'npm')) return [];
    return [{ command, words: words.slice(at + 2) }];
  });
}

/** The flags among the words of a command, without their values. */
export const flagsOf = (words: readonly string[]): string[] =>
  words.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.replace(/=.*/, ''));
