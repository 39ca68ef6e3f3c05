import { describe, expect, it } from 'vitest';
import { thisMachine } from '../../../experiments/bench/machine.ts';
import type { Row } from '../../../experiments/bench/row.ts';
import { tablesOf } from '../../../experiments/bench/tables.ts';

describe('the table of the time to an accuracy', () => {
  it('says from where to where the seeds went', () => {
    const row: Row = {
      benchmark: 'accuracy',
      case: 'digits',
      backend: 'nested',
      workers: 1,
      seconds: 2,
      range: [1.5, 2.25],
      passes: 3,
      accuracy: 0.98,
      target: 0.97,
    };
    expect(tablesOf('accuracy', [row], thisMachine(undefined))).toContain('1.5, 2.25');
  });
});
