import { describe, expect, it } from 'vitest';
import { cli } from './support/cli.ts';

describe('nograd list', () => {
  it('lists everything by its kind', async () => {
    const { code, stdout } = await cli(['list']);
    expect(code).toBe(0);
    expect(stdout.match(/^\S.*$/gm)).toEqual([
      'activations',
      'losses',
      'layers',
      'schemes',
      'linear-algebra',
      'data',
      'initialisers',
    ]);
    expect(stdout).toContain('\n  relu\n');
  });

  it.each([
    ['activations', /^relu$/m],
    ['losses', /^hinge$/m],
    ['layers', /^dense\n {2}units +Outputs/m],
    ['schemes', /^taylor\n {2}gamma: 10 +Penalty/m],
    ['schemes', /^taylor-feasible\n {2}gamma: 1 +Penalty/m],
    ['linear-algebra', /^typed-arrays +available$/m],
    ['data', /^mnist +handwritten digits/m],
    ['initialisers', /^he$/m],
  ])('lists %s alone', async (what, entry) => {
    const { code, stdout } = await cli(['list', what]);
    expect(code).toBe(0);
    expect(stdout).toMatch(entry);
  });
});
