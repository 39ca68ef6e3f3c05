import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cli, clouds, workplace } from './support/cli.ts';

type At = (name: string) => string;

describe('a model file', () => {
  const trained = async (): Promise<At> => {
    const at = workplace({ 'wide.csv': 'a,b,c,kind\n1,2,3,a\n', 'bare.csv': 'x,y\n1,2\n' });
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    return at;
  };
  const refused = async (argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nograd: [^\n]+\n$/);
    return stderr;
  };

  it('is refused where it is missing', async () => {
    const at = workplace();
    expect(await refused(['evaluate', at('none.safetensors'), '--data', at('test.csv')])).toContain(
      `There is no file "${at('none.safetensors')}".`,
    );
  });

  it('is refused where it is cut short, wherever that is', async () => {
    const at = await trained();
    const whole = readFileSync(at('out/model.safetensors'));
    for (let length = 0; length < whole.length; length += 97) {
      truncateSync(at('out/model.safetensors'), length);
      const said = await refused(['evaluate', at('out'), '--data', at('test.csv')]);
      expect(said).toContain('model.safetensors: not a whole safetensors file: ');
      writeFileSync(at('out/model.safetensors'), whole);
    }
  });

  it('is refused where another program made it', async () => {
    const at = workplace();
    const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ');
    const length = Buffer.alloc(8);
    length.writeUInt8(header.length);
    writeFileSync(at('other.safetensors'), Buffer.concat([length, header, Buffer.alloc(4)]));
    const said = await refused(['predict', at('other.safetensors'), '--data', at('test.csv'), '--out', at('p.csv')]);
    expect(said).toContain(
      'other.safetensors: not a model of nograd: its metadata "format" is null, expected "nograd-model".',
    );
    writeFileSync(at('text.safetensors'), 'once upon a time there was a file');
    expect(await refused(['evaluate', at('text.safetensors'), '--data', at('test.csv')])).toContain(
      'not a whole safetensors file',
    );
  });

  it('does not take data of another width', async () => {
    const at = await trained();
    const said = await refused(['evaluate', at('out'), '--data', at('wide.csv')]);
    expect(said).toContain(
      `${at('wide.csv')}: samples have 3 features, but the model ${at('out/model.safetensors')} reads 2.`,
    );
  });

  it('does not take a label outside its classes', async () => {
    const at = await trained();
    writeFileSync(at('test.csv'), 'x,y,kind\n1,2,a\n3,4,c\n');
    const said = await refused(['evaluate', at('out'), '--data', at('test.csv')]);
    expect(said).toContain('test.csv: the label of sample 2 is c, which is none of the classes a, b');
  });

  it('asks for the label where predicting finds one column too many', async () => {
    const at = await trained();
    const advice = 'If a column holds the label, say which: --label first, last or its name.';
    expect(await refused(['predict', at('out'), '--data', at('test.csv'), '--out', at('p.csv')])).toContain(advice);
    writeFileSync(at('numbers.csv'), clouds(4).replaceAll('a\n', '0\n').replaceAll('b\n', '1\n'));
    const said = await refused(['predict', at('out'), '--data', at('numbers.csv'), '--out', at('p.csv')]);
    expect(said).toContain(`samples have 3 features, but the model ${at('out/model.safetensors')} reads 2. ${advice}`);
  });

  it('cannot write predictions where there is no folder', async () => {
    const at = await trained();
    const said = await refused(['predict', at('out'), '--data', at('bare.csv'), '--out', at('none/p.csv')]);
    expect(said).toContain(`${at('none/p.csv')}: cannot be written (ENOENT).`);
  });
});
