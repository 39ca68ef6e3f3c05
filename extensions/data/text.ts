import { block, zeros, type Block, type Precision } from '../../core/block.ts';
import type { DataSource } from '../../core/data-source.ts';
import { must } from '../../core/errors.ts';
import { residentData } from '../../core/resident-data.ts';
import { readBytes } from './file.ts';

/** How a text is cut into sequences. */
export interface TextOptions {
  /** Characters of a sequence. */
  readonly steps: number;
  /** Characters from the start of one sequence to that of the next. Default: `steps`, so that each character is read once. */
  readonly stride?: number | undefined;
  /** Whether the next character is asked for at every step, or at the last one. Default: `every`. */
  readonly predict?: 'every' | 'last' | undefined;
  /** At most so many sequences, the first ones. Default: all. */
  readonly limit?: number | undefined;
}

/** A text as numbers of its characters. */
export interface TextCodes {
  /** What it is called in messages. */
  readonly name: string;
  /** The different characters, sorted. */
  readonly characters: readonly string[];
  /** Position of every character among them. */
  readonly codes: Uint16Array;
}

/**
 * Reads a text.
 *
 * @param known - Characters that there may be. Default: those that there are.
 * @throws UserError for a character that is not known, by line and column, or fewer than three different ones.
 */
export async function readText(path: string, known?: readonly string[]): Promise<TextCodes> {
  const text = Array.from(new TextDecoder().decode(await readBytes(path)));
  const characters = known ?? [...new Set(text)].sort();
  must(characters.length > 2, () => `${path}: a text to learn from has at least three different characters.`);
  const positions = new Map(characters.map((character, position) => [character, position]));
  const codes = Uint16Array.from(text, (character, at) => {
    const code = positions.get(character);
    must(code !== undefined, () => {
      const before = text.slice(0, at).join('').split('\n');
      return `${path}:${before.length}:${before.at(-1)!.length + 1}: the character ${JSON.stringify(character)} is none of the ${characters.length} that the model knows.`;
    });
    return code;
  });
  return { name: path, characters, codes };
}

/** A part of a text: the characters from `from` to `to`. */
export const partOf = ({ codes, ...text }: TextCodes, from: number, to: number): TextCodes => ({
  ...text,
  codes: codes.subarray(from, to),
});

/**
 * Sequences of characters, each with the character that follows: inputs and targets are 1 at the position of a character and 0
 * elsewhere. A sample has steps x characters features, and as many targets, or those of the last step alone.
 *
 * @throws UserError for a text that is shorter than one sequence and the character behind it.
 */
export function nextCharacters(text: TextCodes, options: TextOptions, precision: Precision): DataSource {
  const { steps, stride = steps, predict = 'every', limit = Infinity } = options;
  const { name, codes, characters } = text;
  const width = characters.length;
  const samples = Math.min(limit, Math.floor((codes.length - 1 - steps) / stride) + 1);
  must(samples > 0, () => {
    return `${name}: ${codes.length} characters are no sequence of ${steps} and the character behind it: give fewer \`steps\`.`;
  });
  const asked = predict === 'every' ? steps : 1;
  const make = (cols: number): Block => block(samples, cols, zeros(precision, samples * cols));
  const x = make(steps * width);
  const y = make(asked * width);
  for (let sample = 0; sample < samples; sample++) {
    for (let step = 0; step < steps; step++) {
      const at = sample * stride + step;
      x.data[sample * x.cols + step * width + codes[at]!] = 1;
      const target = step - (steps - asked);
      if (target >= 0) y.data[sample * y.cols + target * width + codes[at + 1]!] = 1;
    }
  }
  return residentData(name, x, y, [steps, width]);
}
