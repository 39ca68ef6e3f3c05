import type { ConsensusBackend } from '../../../core/consensus.ts';
import { must } from '../../../core/errors.ts';
import { gatherTexts } from '../../../core/gather-texts.ts';
import { byValue, maximumClasses, regression, type Label } from '../../../core/targets.ts';
import { isNumeric } from '../csv-columns.ts';
import type { Place } from '../rows/row-file.ts';

/** A sample of a class that is to be left out. */
export const leftOut = -1;

/** What a label is called, whether a file has it as a number or as text. */
const nameOf = (label: Label): string =>
  typeof label === 'number' ? String(label) : isNumeric(label) ? String(Number(label)) : label.trim();

const advice = `${regression}; if another column holds the classes, name it with \`label\`.`;

/** The distinct labels of one rank's samples, numbered in order of appearance. */
export class LabelBook {
  readonly #name: string;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #codes = new Map<Label, number>();
  readonly #codesByName = new Map<string, number>();

  /**
   * @param name - What the data is called in messages.
   * @param wanted - Labels to keep. Default: all.
   */
  constructor(name: string, wanted?: readonly Label[]) {
    this.#name = name;
    this.#wanted = wanted && new Set(wanted.map(String));
  }

  /** The names of the labels, by code. */
  get names(): readonly string[] {
    return [...this.#codesByName.keys()];
  }

  /** The code of a label, or {@link leftOut}. */
  code(label: Label, place: Place): number {
    return this.#codes.get(label) ?? this.#add(label, place);
  }

  #add(label: Label, place: Place): number {
    must(typeof label === 'string' || Number.isInteger(label), () => {
      return `${place()}: the label is ${label}, not a whole number. ${advice}`;
    });
    const name = nameOf(label);
    const code = this.#wanted?.has(name) === false ? leftOut : this.#numbered(name);
    this.#codes.set(label, code);
    // What is left out may be anything, as long as it does not fill the memory.
    must(this.#codes.size <= maximumClasses, () => {
      return `${this.#name}: there are more than ${maximumClasses} distinct labels. ${advice}`;
    });
    return code;
  }

  #numbered(name: string): number {
    const known = this.#codesByName.get(name);
    if (known !== undefined) return known;
    this.#codesByName.set(name, this.#codesByName.size);
    return this.#codesByName.size - 1;
  }
}

/** The classes among the labels of all ranks, sorted: numbers where every label is one, else names. A collective call. */
export function agreeOnClasses(name: string, names: readonly string[], consensus: ConsensusBackend): Label[] {
  const all = gatherTexts(JSON.stringify(names), consensus).flatMap((text) => JSON.parse(text) as string[]);
  const distinct = [...new Set(all)];
  must(distinct.length <= maximumClasses, () => {
    return `${name}: there are ${distinct.length} distinct labels, more than ${maximumClasses}. ${advice}`;
  });
  must(distinct.length > 1, () => {
    return distinct.length === 0
      ? `${name}: there are no samples.`
      : `${name}: all samples are of one class, ${distinct[0]}; telling classes apart needs at least two.`;
  });
  return (distinct.every(isNumeric) ? distinct.map(Number) : distinct).sort(byValue);
}
