import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import {
  readSafetensors,
  writeSafetensors,
  type Metadata,
  type Tensor,
} from '../../../extensions/safetensors/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { path: folder } = temporaryFolder();
const path = join(folder, 'model.safetensors');

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const tensor = fc
  .tuple(fc.string({ unit: 'grapheme' }), shape, fc.boolean(), fc.nat())
  .map(([name, extents, wide, seed]) => {
    const length = extents.reduce((size, extent) => size * extent, 1);
    const numbers = Array.from({ length }, (_, i) => Math.sin(seed + i) * 10 ** ((seed + i) % 30));
    return { name, shape: extents, data: wide ? Float64Array.from(numbers) : Float32Array.from(numbers) };
  });
const tensorList = fc.uniqueArray(
  tensor.filter(({ name }) => name !== '__metadata__'),
  {
    selector: ({ name }) => name,
    maxLength: 5,
  },
);
const texts = fc.dictionary(fc.string(), fc.string({ unit: 'binary' }), { noNullPrototype: true });

const small: Tensor[] = [
  { name: 'weights', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  { name: 'mean', shape: [1], data: Float64Array.of(0.1) },
];

/** Writes bytes in place of a file and reads them; the outcome is the error's text, or nothing. */
async function problemWith(bytes: Uint8Array): Promise<string | undefined> {
  writeFileSync(path, bytes);
  try {
    await readSafetensors(path);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const { message } = error as UserError;
    expect(message).not.toContain('\n');
    return message.replace(path, 'FILE');
  }
}

/** A file of that header, well formed outside. */
function fileOf(header: unknown, bytes = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

describe('a safetensors file', () => {
  it.prop([tensorList, texts], { numRuns: 40 })('gives back what was written', async (tensors, metadata) => {
    await writeSafetensors(path, tensors, metadata);
    const file = await readSafetensors(path);
    expect(file.metadata).toEqual(metadata);
    expect(file.tensors.size).toBe(tensors.length);
    for (const expected of tensors) expect(file.tensors.get(expected.name)).toEqual(expected);
  });

  it.prop([tensorList], { numRuns: 10 })('has the same bytes whatever the order of the tensors', async (tensors) => {
    await writeSafetensors(path, tensors, { a: 'b' });
    const bytes = readFileSync(path);
    await writeSafetensors(path, [...tensors].reverse(), { a: 'b' });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('has its header padded with spaces, and every number at a multiple of its size', async () => {
    await writeSafetensors(path, [{ name: 'a', shape: [1], data: Float32Array.of(7) }, ...small]);
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const header = bytes.toString('utf8', 8, 8 + length);
    expect(JSON.parse(header)).toEqual({
      mean: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
      a: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
      weights: { dtype: 'F32', shape: [2, 2], data_offsets: [12, 28] },
    });
    expect(header).toMatch(/\} *$/);
  });

  it('is replaced as a whole, leaving no other file behind', async () => {
    await writeSafetensors(path, small);
    await writeSafetensors(path, [], { only: 'text' });
    expect(await readSafetensors(path)).toEqual({ tensors: new Map(), metadata: { only: 'text' } });
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('takes views of larger arrays', async () => {
    const view = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
    await writeSafetensors(path, [{ name: 'view', shape: [2], data: view }]);
    expect([...(await readSafetensors(path)).tensors.get('view')!.data]).toEqual([1, 2]);
  });
});

describe('writing a safetensors file refuses', () => {
  it('a folder that is absent, and a folder in its place, and leaves nothing behind', async () => {
    const absent = join(folder, 'absent', 'model.safetensors');
    await expect(writeSafetensors(absent, small)).rejects.toThrow(
      new UserError(`${absent}: cannot be written (ENOENT).`),
    );
    await expect(writeSafetensors(folder, small)).rejects.toThrow(/: cannot be written \(E\w+\)\.$/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`${folder.slice(tmpdir().length + 1)}.`))).toEqual(
      [],
    );
  });

  it('two tensors of one name, a reserved name, and a shape that does not fit', async () => {
    const one = { name: 'w', shape: [1], data: Float32Array.of(1) };
    await expect(writeSafetensors(path, [one, one])).rejects.toThrow('Two tensors are called "w".');
    await expect(writeSafetensors(path, [{ ...one, name: '__metadata__' }])).rejects.toThrow(
      'A tensor cannot be called "__metadata__".',
    );
    await expect(writeSafetensors(path, [{ ...one, shape: [2, 3] }])).rejects.toThrow(
      'Tensor "w": shape 2 x 3 holds 6 numbers, got 1.',
    );
  });
});

describe('reading a safetensors file refuses', () => {
  it('one that is cut at any length, or goes on after its end', async () => {
    await writeSafetensors(path, small, { note: 'x' });
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      expect(await problemWith(whole.subarray(0, length)), `cut at ${length}`).toMatch(
        /^FILE: not a whole safetensors file: .+\.$/,
      );
    }
    expect(await problemWith(Buffer.concat([whole, Buffer.of(0)]))).toBe(
      'FILE: not a whole safetensors file: it goes on after its end: its tensors take 24 bytes, but 25 follow the header.',
    );
    expect(await problemWith(whole.subarray(0, -1))).toBe(
      'FILE: not a whole safetensors file: it is cut short: its tensors take 24 bytes, but 23 follow the header.',
    );
  });

  it('a damaged header, or reads it, but never fails otherwise', async () => {
    await writeSafetensors(path, small, { note: 'x' });
    const whole = readFileSync(path);
    const end = 8 + Number(whole.readBigUInt64LE(0));
    let refused = 0;
    for (let bit = 0; bit < 8 * end; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      if ((await problemWith(damaged)) !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(4 * end);
  });

  it.prop([fc.json()], { numRuns: 60 })('any other JSON in place of a header', async (json) => {
    const problem = await problemWith(fileOf(json));
    if (json.replace(/\s/g, '') !== '{}') expect(problem).toMatch(/^FILE: not a whole safetensors file: .+\.$/);
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  plainIt.each([
    ['an empty file', new Uint8Array(), '0 bytes are too few, expected at least 8'],
    [
      'a foreign file',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0),
      'its header would have 727905341920923785 bytes, at most 100000000 are allowed',
    ],
    [
      'a header beyond the end',
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 1),
      'it is cut short: the header ends at byte 17, but the file has 9',
    ],
    ['text that is not JSON', fileOf('hello'), 'its header is not JSON: it starts with "hello"'],
    ['a list for a header', fileOf([1]), 'its header is [1], expected an object'],
    ['metadata that is no object', fileOf({ __metadata__: 3 }), 'its metadata is 3, expected an object of texts'],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), 'its metadata "a" is 1, expected a text'],
    ['an entry that is no object', fileOf({ w: 1 }), 'tensor "w" is 1, expected dtype, shape and data_offsets'],
    [
      'another type',
      fileOf({ w: { ...entry, dtype: 'BF16' } }),
      'tensor "w" has dtype "BF16", expected "F32" or "F64"',
    ],
    [
      'a shape of other things',
      fileOf({ w: { ...entry, shape: [-1] } }),
      'tensor "w" has shape [-1], expected whole numbers',
    ],
    [
      'no offsets',
      fileOf({ w: { dtype: 'F32', shape: [] } }),
      'tensor "w" has data_offsets nothing, expected its first and last byte',
    ],
    [
      'offsets in the wrong order',
      fileOf({ w: { ...entry, data_offsets: [8, 0] } }),
      'tensor "w" has data_offsets [8,0], expected its first and last byte',
    ],
    [
      'a shape that does not fit',
      fileOf({ w: { ...entry, shape: [3] } }, 8),
      'tensor "w" of shape [3] and F32 needs 12 bytes, but has 8',
    ],
    ['tensors that overlap', fileOf({ v: entry, w: entry }, 8), 'tensor "w" starts at byte 0 of the data, expected 8'],
    [
      'a gap between tensors',
      fileOf({ w: { ...entry, data_offsets: [4, 12] } }, 12),
      'tensor "w" starts at byte 4 of the data, expected 0',
    ],
  ])('%s', async (_, bytes, problem) => {
    expect(await problemWith(bytes)).toBe(`FILE: not a whole safetensors file: ${problem}.`);
  });

  it('a missing file, and a folder', async () => {
    const missing = join(folder, 'missing.safetensors');
    await expect(readSafetensors(missing)).rejects.toThrow(new UserError(`There is no file "${missing}".`));
    await expect(readSafetensors(folder)).rejects.toThrow(new UserError(`"${folder}" is a folder, not a file.`));
    const below = join(path, 'x');
    await expect(readSafetensors(below)).rejects.toThrow(new UserError(`${below}: cannot be read (ENOTDIR).`));
  });
});

const python = '/usr/bin/python3';
const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0;

describe.skipIf(!hasNumpy)(`another reader${hasNumpy ? '' : ` (skipped: ${python} has no numpy)`}`, () => {
  it('of the published layout finds the same numbers', async () => {
    const metadata: Metadata = { classes: '["ä", 2]' };
    await writeSafetensors(path, small, metadata);
    const script = `
import json, numpy, struct, sys
content = open(sys.argv[1], 'rb').read()
length, = struct.unpack('<Q', content[:8])
header = json.loads(content[8:8 + length])
data = content[8 + length:]
found = {'__metadata__': header.pop('__metadata__')}
for name, entry in header.items():
    begin, end = entry['data_offsets']
    kind = {'F32': '<f4', 'F64': '<f8'}[entry['dtype']]
    found[name] = numpy.frombuffer(data[begin:end], kind).reshape(entry['shape']).tolist()
print(json.dumps(found))`;
    const found: unknown = JSON.parse(execFileSync(python, ['-c', script, path], { encoding: 'utf8' }));
    expect(found).toEqual({
      __metadata__: metadata,
      weights: [
        [1, 2],
        [3, 4],
      ],
      mean: [0.1],
    });
  });
});
