import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import type { ModelDescription } from '../../core/model.ts';
import { checkOptions } from '../../core/options.ts';
import { networkSchema } from '../../core/run-configuration.ts';
import type { Metadata } from '../safetensors/index.ts';
import type { Versions } from './versions.ts';

const numbers = z.array(z.number()).transform((list) => Float64Array.from(list));
const label = z.union([z.number(), z.string()]);
const texts = z.array(z.string()).readonly();

/** What a model file says beside its numbers; each key is a text of the file's metadata, in JSON. */
const schema = z.object({
  network: networkSchema,
  shape: z.array(z.int().positive()),
  ragged: z.boolean().optional(),
  targets: z.int().positive(),
  classes: z.array(label).min(2),
  precision: z.enum(['float32', 'float64']),
  preprocessing: z.object({ mean: numbers, scale: numbers, symlog: z.boolean().optional() }).nullable(),
  /** Names of the weight groups, in the order of the network. */
  groups: texts,
  classesPicked: z.boolean(),
  label: z.string().nullable(),
  plugins: texts,
  scheme: z.unknown(),
  seed: label,
  versions: z.object({ nograd: z.string(), node: z.string() }),
});

type Stored = z.output<typeof schema>;

/** What a file says of a model beside its description. */
export interface ModelFacts {
  /** Whether the run picked these classes out of more: then samples of others are left out. */
  readonly classesPicked: boolean;
  /** Column of the label in tables, as in the run. */
  readonly label: string | null;
  /** URLs or package names of the run's plug-ins. */
  readonly plugins: readonly string[];
  /** Scheme of the run, by name or with options. */
  readonly scheme: unknown;
  /** Seed of the run. */
  readonly seed: number | string;
  /** What the model was made with. */
  readonly versions: Versions;
}

const format = 'nograd-model';
const formatVersion = '1';

/** JSON has no infinities; run files may spell them in words. */
const storable = (_: string, value: unknown): unknown => {
  if (value instanceof Float64Array) return Array.from(value);
  return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value;
};

/** The texts that a model file carries. */
export function writeMetadata(description: ModelDescription, groups: readonly string[], facts: ModelFacts): Metadata {
  const stored = { ...description, preprocessing: description.preprocessing ?? null, groups, ...facts };
  const entries = Object.entries(stored).map(([key, value]) => [key, JSON.stringify(value, storable)] as const);
  return { format, formatVersion, ...Object.fromEntries(entries) };
}

function parse(path: string, key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: not a whole model file: its metadata "${key}" is no JSON.`);
  }
}

/**
 * Reads the texts of a model file.
 *
 * @throws UserError for a file of another program, a newer version of the format, or a damaged one.
 */
export function readMetadata(path: string, metadata: Metadata): Stored {
  const { format: found, formatVersion: version, ...rest } = metadata;
  if (found !== format) {
    throw new UserError(
      `${path}: not a model of nograd: its metadata "format" is ${JSON.stringify(found ?? null)}, expected "${format}".`,
    );
  }
  if (version !== formatVersion) {
    throw new UserError(
      `${path}: the model has format version ${version ?? 'none'}, this nograd reads ${formatVersion}: update nograd.`,
    );
  }
  const stored = Object.fromEntries(Object.entries(rest).map(([key, text]) => [key, parse(path, key, text)]));
  return checkOptions(`${path}: metadata`, schema, stored);
}
