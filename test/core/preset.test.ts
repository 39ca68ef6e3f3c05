import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkOptions, knownKeys, preset, taylor, taylorFeasible, type Scheme } from '../../core/index.ts';

const still: Scheme<{ readonly count: number; readonly word?: string | undefined }> = {
  name: 'still',
  options: z.strictObject({
    count: z.int().positive().default(3).describe('How many.'),
    word: z.string().optional().describe('Which word.'),
  }),
  layerDefaults: () => ({ bias: true }),
  start: () => ({
    sweep: () => ({ objective: 0, residuals: [], notes: [] }),
    save: () => ({ values: {}, arrays: {} }),
    restore: () => undefined,
  }),
};

describe('a preset', () => {
  const many = preset('many', still, { count: 7, word: 'so' });

  it('is the scheme under another name', () => {
    expect(many).toEqual({ ...still, name: 'many', options: many.options });
  });

  it('has other defaults, and leaves those of the scheme as they were', () => {
    expect(many.options.parse({})).toEqual({ count: 7, word: 'so' });
    expect(still.options.parse({})).toEqual({ count: 3 });
    expect(preset('three', still, {}).options.parse({})).toEqual({ count: 3 });
  });

  it('lets a run file set every option, and checks what it sets', () => {
    expect(many.options.parse({ count: 1 })).toEqual({ count: 1, word: 'so' });
    expect(() => checkOptions('scheme "many"', many.options, { count: 0 })).toThrow('scheme "many".count: Too small');
    expect(() => checkOptions('scheme "many"', many.options, { cuont: 1 })).toThrow('Did you mean "count"?');
  });

  it('tells its defaults in the JSON Schema, with the descriptions of the scheme', () => {
    expect(z.toJSONSchema(many.options, { io: 'input' }).properties).toEqual({
      count: { ...(z.toJSONSchema(still.options, { io: 'input' }).properties!['count'] as object), default: 7 },
      word: { type: 'string', default: 'so', description: 'Which word.' },
    });
  });

  it('of a preset is a preset', () => {
    expect(preset('more', many, { count: 9 }).options.parse({})).toEqual({ count: 9, word: 'so' });
  });

  it('refuses a default that the scheme does not know', () => {
    expect(() => preset('wrong', still, { cuont: 1 } as object)).toThrow(
      'Preset "wrong": Unknown option "cuont". Did you mean "count"? Known: count, word.',
    );
  });

  it('refuses a default that the scheme would refuse', () => {
    expect(() => preset('wrong', still, { count: -1 })).toThrow(
      'Preset "wrong".count: Too small: expected number to be >0.',
    );
  });

  it('refuses a scheme whose options are no object', () => {
    const any = { ...still, options: z.any() } as Scheme<object>;
    expect(() => preset('wrong', any, {})).toThrow('Preset "wrong": the options of scheme "still" are no object.');
  });
});

describe('taylor-feasible', () => {
  it('is taylor with other defaults', () => {
    expect(taylorFeasible.options.parse({})).toEqual({
      ...taylor.options.parse({}),
      order: 'backward',
      start: 'feasible',
      multiplierStep: 'none',
      gamma: 1,
      beta: 1,
      betaOutput: 0.1,
      ridge: 0.1,
      bias: true,
    });
    expect(knownKeys(taylorFeasible.options)).toEqual(knownKeys(taylor.options));
    expect(taylorFeasible.layerDefaults?.(taylorFeasible.options.parse({}))).toEqual({ bias: true });
  });
});
