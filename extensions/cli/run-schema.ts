import { z } from 'zod';
import type { Catalogue } from '../../core/container.ts';
import type { NamedData } from '../data/index.ts';
import { runSchema } from './run-file.ts';

/** A schema of the JSON Schema standard, as plain data. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

const inJsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

const propertiesOf = (schema: JsonSchema): Record<string, JsonSchema> =>
  (schema.properties ?? {}) as Record<string, JsonSchema>;

/** Names to offer; others, e.g. of plug-ins, are allowed. */
const nameAmong = (names: readonly string[]): JsonSchema => ({ anyOf: [{ enum: [...names] }, { type: 'string' }] });

/** The same description and default with another type. */
const retyped = ({ description, default: standard }: JsonSchema, type: JsonSchema): JsonSchema => ({
  ...type,
  ...(description !== undefined && { description }),
  ...(standard !== undefined && { default: standard }),
});

/** An object whose key says which of several kinds it is; objects of unknown kinds have any keys. */
function kinds(key: string, common: JsonSchema, entries: readonly (readonly [string, JsonSchema])[]): JsonSchema[] {
  const known = entries.map(([name, options]) => ({
    type: 'object' as const,
    properties: { ...propertiesOf(common), [key]: { const: name }, ...propertiesOf(options) },
    required: [key, ...(options.required ?? [])],
    additionalProperties: false,
  }));
  const names = entries.map(([name]) => name);
  const other = { type: 'string' as const, pattern: `^(?!(${names.join('|')})$)`, description: 'Of a plug-in.' };
  const properties = { ...propertiesOf(common), [key]: other };
  return [...known, { type: 'object', properties, required: [key] }];
}

function layerSchema(layer: JsonSchema, { layers, activations, activationFamilies }: Catalogue): JsonSchema {
  const spelledOut = activationFamilies.names.map((key): JsonSchema => ({ type: 'object', required: [key] }));
  const activation: JsonSchema = { anyOf: [...nameAmong(activations.names).anyOf!, ...spelledOut] };
  const entries = layers.all.map(({ kind, options }) => {
    const schema = inJsonSchema(options);
    const own = propertiesOf(schema);
    if (own['activation'] === undefined) return [kind, schema] as const;
    return [kind, { ...schema, properties: { ...own, activation: retyped(own['activation'], activation) } }] as const;
  });
  return { anyOf: kinds('kind', layer, entries) };
}

function schemeSchema({ schemes }: Catalogue): JsonSchema {
  const entries = schemes.all.map(({ name, options }) => [name, inJsonSchema(options)] as const);
  return { anyOf: [...nameAmong(schemes.names).anyOf!, ...kinds('name', {}, entries)] };
}

/**
 * The JSON Schema of run files, for completion and checking in editors: every registered layer kind and scheme with its
 * options, and the names of all else.
 */
export function runJsonSchema(catalogue: Catalogue, named: readonly NamedData[]): JsonSchema {
  const whole = inJsonSchema(runSchema);
  const top = propertiesOf(whole);
  const network = propertiesOf(top['network']!);
  const data = propertiesOf(top['data']!);
  const layers = network['layers']!;
  const source = nameAmong(named.map(({ name }) => name));
  const changed = {
    data: {
      train: retyped(data['train']!, source),
      validation: retyped(data['validation']!, { anyOf: [data['validation']!.anyOf![0]!, ...source.anyOf!] }),
      test: retyped(data['test']!, source),
    },
    network: {
      layers: { ...layers, items: layerSchema(layers.items as JsonSchema, catalogue) },
      loss: retyped(network['loss']!, nameAmong(catalogue.losses.names)),
    },
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Run file of nograd',
    ...whole,
    properties: {
      ...top,
      data: { ...top['data']!, properties: { ...data, ...changed.data } },
      network: { ...top['network']!, properties: { ...network, ...changed.network } },
      scheme: retyped(top['scheme']!, schemeSchema(catalogue)),
      linearAlgebra: retyped(top['linearAlgebra']!, nameAmong(['auto', ...catalogue.linearAlgebras.names])),
    },
  };
}
