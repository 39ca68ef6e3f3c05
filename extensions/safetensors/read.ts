import { readFile } from 'node:fs/promises';
import { UserError } from '../../core/errors.ts';
import { longestHeader, metadataKey, sizeOf, type Metadata, type Tensor } from './tensor.ts';

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** By name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Texts by name, as they were written. */
  readonly metadata: Metadata;
}

interface Entry {
  readonly name: string;
  readonly dtype: 'F32' | 'F64';
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, 60);

/** Throws a {@link UserError} about the file at hand. */
type Refuse = (problem: string) => never;

/** The header's length in bytes. */
function headerLength(bytes: Buffer, refuse: Refuse): number {
  if (bytes.length < 8) refuse(`${bytes.length} bytes are too few, expected at least 8`);
  const length = bytes.readBigUInt64LE(0);
  if (length > longestHeader) refuse(`its header would have ${length} bytes, at most ${longestHeader} are allowed`);
  if (8 + Number(length) > bytes.length) {
    refuse(`it is cut short: the header ends at byte ${8n + length}, but the file has ${bytes.length}`);
  }
  return Number(length);
}

function parseHeader(text: Buffer, refuse: Refuse): Json {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    refuse(`its header is not JSON: it starts with ${shown(text.toString('latin1', 0, 20))}`);
  }
  return isObject(header) ? header : refuse(`its header is ${shown(header)}, expected an object`);
}

function parseMetadata(value: unknown, refuse: Refuse): Metadata {
  if (value === undefined) return {};
  if (!isObject(value)) refuse(`its metadata is ${shown(value)}, expected an object of texts`);
  const wrong = Object.entries(value).find(([, text]) => typeof text !== 'string');
  if (wrong !== undefined) refuse(`its metadata "${wrong[0]}" is ${shown(wrong[1])}, expected a text`);
  return value as Metadata;
}

function parseEntry(name: string, value: unknown, refuse: Refuse): Entry {
  const here = `tensor ${shown(name)}`;
  if (!isObject(value)) refuse(`${here} is ${shown(value)}, expected dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32' && dtype !== 'F64') refuse(`${here} has dtype ${shown(dtype)}, expected "F32" or "F64"`);
  if (!areCounts(shape)) refuse(`${here} has shape ${shown(shape)}, expected whole numbers`);
  if (!areCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    refuse(`${here} has data_offsets ${shown(offsets)}, expected its first and last byte`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = sizeOf(shape) * (dtype === 'F32' ? 4 : 8);
  if (end - begin !== expected) {
    refuse(`${here} of shape [${shape.join(', ')}] and ${dtype} needs ${expected} bytes, but has ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

/** Holds the tensors to the format's rule: together they are all of the data, without gap or overlap. */
function mustFill(entries: readonly Entry[], available: number, refuse: Refuse): void {
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end)
      refuse(`tensor ${shown(entry.name)} starts at byte ${entry.begin} of the data, expected ${end}`);
    end = entry.end;
  }
  const problem = available < end ? 'it is cut short' : 'it goes on after its end';
  if (available !== end) refuse(`${problem}: its tensors take ${end} bytes, but ${available} follow the header`);
}

/** The numbers of a tensor, copied, since they may lie at an odd offset in the file. */
function tensorOf({ name, dtype, shape, begin, end }: Entry, data: Buffer): Tensor {
  const copy = new Uint8Array(data.subarray(begin, end)).buffer;
  return { name, shape, data: dtype === 'F32' ? new Float32Array(copy) : new Float64Array(copy) };
}

/**
 * Reads a file in the safetensors format, with tensors of F32 and F64.
 *
 * @throws UserError for a file that is missing, cut short, damaged or foreign: what was expected, and what was found.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const bytes = await readFile(path).catch((reason: unknown) => {
    const error = reason as Error & { code?: string };
    if (error.code === 'ENOENT') throw new UserError(`There is no file "${path}".`);
    if (error.code === 'EISDIR') throw new UserError(`"${path}" is a folder, not a file.`);
    throw new UserError(`${path}: cannot be read (${error.code ?? error.message}).`);
  });
  const refuse: Refuse = (problem) => {
    throw new UserError(`${path}: not a whole safetensors file: ${problem}.`);
  };
  const start = 8 + headerLength(bytes, refuse);
  const { [metadataKey]: metadata, ...rest } = parseHeader(bytes.subarray(8, start), refuse);
  const entries = Object.entries(rest).map(([name, value]) => parseEntry(name, value, refuse));
  const data = bytes.subarray(start);
  mustFill(entries, data.length, refuse);
  const tensors = new Map(entries.map((entry) => [entry.name, tensorOf(entry, data)]));
  return { tensors, metadata: parseMetadata(metadata, refuse) };
}
