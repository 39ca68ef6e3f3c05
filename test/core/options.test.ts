import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkOptions, checkTraining, knownKeys, UserError } from '../../core/index.ts';

const schema = z.strictObject({
  size: z.int().positive().default(3),
  nested: z
    .strictObject({ depth: z.number(), list: z.array(z.strictObject({ colour: z.string() })).optional() })
    .optional(),
  table: z.record(z.string(), z.strictObject({ width: z.number() })).default({}),
});

const message = (given: unknown): string => {
  try {
    checkOptions('here', schema, given);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  return 'no error';
};

describe('options', () => {
  it('get their defaults', () => {
    expect(checkOptions('here', schema, {})).toEqual({ size: 3, table: {} });
  });

  it('that are unknown are told with the nearest known key and all of them', () => {
    expect(message({ sise: 4 })).toBe('here: unknown key "sise". Did you mean "size"? Known: size, nested, table.');
    expect(message({ colour: 4 })).toBe('here: unknown key "colour". Known: size, nested, table.');
  });

  it('that are unknown are told where they are, however deep', () => {
    expect(message({ nested: { depht: 1 } })).toBe(
      'here.nested: unknown key "depht". Did you mean "depth"? Known: depth, list.',
    );
    expect(message({ nested: { depth: 1, list: [{ colour: 'red' }, { color: 'red' }] } })).toBe(
      'here.nested.list[1]: unknown key "color". Did you mean "colour"? Known: colour.',
    );
    expect(message({ table: { big: { with: 1 } } })).toBe(
      'here.table.big: unknown key "with". Did you mean "width"? Known: width.',
    );
  });

  it('of the wrong kind are told where they are', () => {
    expect(message({ size: 0 })).toBe('here.size: Too small: expected number to be >0.');
    expect(message({ nested: { depth: 'deep' } })).toBe(
      'here.nested.depth: Invalid input: expected number, received string.',
    );
    expect(message([])).toMatch(/^here: Invalid input: expected object, received array\.$/);
  });

  it('are known by their keys; what is no object has none', () => {
    expect(knownKeys(schema.optional().default({ size: 1, table: {} }))).toEqual(['size', 'nested', 'table']);
    expect(knownKeys(z.string())).toEqual([]);
  });
});

describe('a run configuration', () => {
  const network = { layers: [{ kind: 'dense' }] };
  const refusal = (given: object): unknown => {
    try {
      return checkTraining('train', { network, ...given });
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('gets the defaults', () => {
    expect(checkTraining('train', { network })).toEqual({
      network: { ...network, loss: 'squared' },
      scheme: 'nested',
      stop: {},
      seed: 1,
      precision: 'float32',
      linearAlgebra: 'auto',
    });
  });

  it.each<[object, RegExp | string]>([
    [{ sede: 1 }, /^train: unknown key "sede"\. Did you mean "seed"\? Known: network, scheme, stop, seed, /],
    [
      { stop: { sweps: 3 } },
      'train.stop: unknown key "sweps". Did you mean "sweeps"? Known: sweeps, seconds, validationAccuracy, testAccuracy, patience.',
    ],
    [{ stop: { sweeps: 0 } }, 'train.stop.sweeps: Too small: expected number to be >0.'],
    [{ stop: { testAccuracy: 97 } }, 'train.stop.testAccuracy: Too big: expected number to be <=1.'],
    [{ network: { layers: [] } }, 'train.network.layers: needs at least one layer.'],
    [
      { network: { ...network, los: 'hinge' } },
      'train.network: unknown key "los". Did you mean "loss"? Known: layers, loss.',
    ],
    [
      { network: { layers: [{ units: 3 }] } },
      'train.network.layers[0].kind: Invalid input: expected string, received undefined.',
    ],
    [{ precision: 'float16' }, 'train.precision: Invalid option: expected one of "float32"|"float64".'],
    [{ tileRows: 0.5 }, 'train.tileRows: Invalid input: expected int, received number.'],
  ])('refuses %o', (given, expected) => {
    expect(refusal(given)).toMatch(expected);
  });
});
