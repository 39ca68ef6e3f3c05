import { describe, expect, it } from 'vitest';
import { inSteps, openData } from '../../../extensions/data/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const header = '#A note\n@problemName Vowels\n@timeStamps false\n@dimensions 2\n@classLabel true a b\n@data\n';

function read(text: string, options = {}) {
  const path = temporaryFolder().write('data.ts', text);
  return { path, raw: openData(path, options) };
}

describe('a .ts file', () => {
  it('gives sequences of steps x dimensions, shorter ones behind absent steps', async () => {
    const { raw } = read(`${header}1,2,3:4,5,6:a\n7,8:9,10:b\n`);
    const found = await raw;
    expect(found).toMatchObject({ rows: 2, cols: 6, shape: [3, 2], ragged: true, labels: ['a', 'b'] });
    expect([...found.values]).toEqual([1, 4, 2, 5, 3, 6, NaN, NaN, 7, 9, 8, 10]);
    const longer = inSteps(found, 4);
    expect(longer).toMatchObject({ rows: 2, cols: 8, shape: [4, 2] });
    expect([...longer.values]).toEqual([NaN, NaN, 1, 4, 2, 5, 3, 6, NaN, NaN, NaN, NaN, 7, 9, 8, 10]);
    expect(() => inSteps(found, 2)).toThrow('its longest sequence has 3 steps, more than the 2 that are read');
  });

  it('has no ragged sequences where all are of one length, and numbers for labels where all are', async () => {
    const found = await read(`${header}1,2:4,5:2\n7,8:9,10:1\n`).raw;
    expect(found.ragged).toBeUndefined();
    expect(found.labels).toEqual(Float64Array.of(2, 1));
    expect((await read(`${header}1,2:4,5:2\n`, { label: 'none' }).raw).labels).toBeUndefined();
  });

  it.each([
    ['1,?,3:4,5,6:a', ':7:3: a missing value'],
    ['1,2,3:4,x,6:a', ':7:9: "x" is not a finite number'],
    ['1,2,3:4,5:a', ':7:7: dimension 2 has 2 steps, the first has 3'],
    ['1,2,3:4,5,6:a\n1,2:b', ':8:1: the series has 1 dimensions, those before have 2'],
    ['1,2:', ':7:4: the label behind the last ":" is missing'],
  ])('is refused for %j, by line and column', async (line, message) => {
    const { path, raw } = read(`${header}${line}\n`);
    await expect(raw).rejects.toThrow(`${path}${message}`);
  });

  it('is refused without its parts', async () => {
    await expect(read('1,2:a\n').raw).rejects.toThrow('there is no line "@data"');
    await expect(read(header).raw).rejects.toThrow('there is no series behind the line "@data"');
    await expect(read(header.replace('false', 'true')).raw).rejects.toThrow('time stamps');
  });
});
