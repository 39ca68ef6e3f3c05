import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toJSONSchema } from 'zod';
import { piecesSchema } from '../../activations/from-pieces.ts';
import { absolute, activationFromPieces } from '../../activations/index.ts';
import { UserError } from '../../core/errors.ts';

describe('an activation spelled out in a run file', () => {
  it.each([
    [
      'YAML infinities',
      'pieces: [{from: -.inf, to: 0, slope: -1, offset: 0}, {from: 0, to: .inf, slope: 1, offset: 0}]',
    ],
    ['words', 'pieces: [{from: "-inf", to: 0, slope: -1, offset: 0}, {from: 0, to: inf, slope: 1, offset: 0}]'],
    ['open ends', 'pieces: [{to: 0, slope: -1, offset: 0}, {from: 0, slope: 1, offset: 0}]'],
  ])('may write its ends as %s', (_, text) => {
    const solver = activationFromPieces(parse(text));
    expect(solver.pieces).toEqual(absolute.pieces);
    expect(solver.name).toBe('piecewise-linear');
  });

  it('may have a name of its own', () => {
    expect(activationFromPieces({ name: 'mine', pieces: [{ slope: 2, offset: 1 }] }).name).toBe('mine');
  });

  it.each<[string, unknown, string]>([
    ['an unknown key', { pieces: [{ slope: 1, offset: 0, upto: 1 }] }, 'activation.pieces[0]: unknown key "upto"'],
    ['a misspelt key', { peices: [{ slope: 1, offset: 0 }] }, 'activation'],
    ['no pieces', { pieces: [] }, 'activation.pieces'],
    ['a missing slope', { pieces: [{ offset: 0 }] }, 'activation.pieces[0].slope'],
    ['an infinite slope', { pieces: [{ slope: Infinity, offset: 0 }] }, 'activation.pieces[0].slope'],
    ['a wrong end', { pieces: [{ from: 'minus', slope: 1, offset: 0 }] }, 'must be a number, "-inf" or "inf"'],
    [
      'an inner end left out',
      {
        pieces: [
          { slope: 1, offset: 0 },
          { slope: 1, offset: 0 },
        ],
      },
      'piece 1 of 2: give `to`',
    ],
    [
      'a gap',
      {
        pieces: [
          { to: 0, slope: 1, offset: 0 },
          { from: 1, slope: 1, offset: 0 },
        ],
      },
      'close a gap',
    ],
    ['a name instead of pieces', 'relu', 'activation'],
  ])('with %s is refused', (_, spec, message) => {
    const make = (): unknown => activationFromPieces(spec);
    expect(make).toThrow(UserError);
    expect(make).toThrow(message);
  });

  it('has a JSON Schema for editors', () => {
    const schema = toJSONSchema(piecesSchema, { io: 'input' });
    expect(JSON.stringify(schema)).toContain('"-inf"');
    expect(schema.required).toEqual(['pieces']);
  });
});
