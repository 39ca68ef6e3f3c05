import { describe, expect, it } from 'vitest';
import { codeBlocks, prose, shows } from './code-blocks.ts';

const markdown = [
  '# Title',
  '',
  '```ts',
  '// swish.ts',
  'const swish = 1;',
  '',
  'console.log(swish);',
  '```',
  'It prints:',
  '~~~text',
  '1',
  '~~~',
  '- in a list:',
  '  ````sh',
  '  ```',
  '  nograd list',
  '  ````',
  '',
  '## Another heading',
  '',
  '```text',
  'a drawing',
  '```',
].join('\n');

describe('the blocks of a document', () => {
  const [first, output, shell, drawing, ...others] = codeBlocks('guide.md', markdown);

  it('keep their text, language, place and file name', () => {
    const text = '// swish.ts\nconst swish = 1;\n\nconsole.log(swish);\n';
    expect(first).toEqual({ document: 'guide.md', line: 3, language: 'ts', text, file: 'swish.ts', output: '1\n' });
    expect(output).toEqual({ document: 'guide.md', line: 10, language: 'text', text: '1\n' });
  });

  it('lose the indentation of their fence, and end at a fence no shorter than the first', () => {
    expect(shell).toEqual({ document: 'guide.md', line: 14, language: 'sh', text: '```\nnograd list\n' });
  });

  it('take no output from behind the next heading', () => {
    expect(drawing).toEqual({ document: 'guide.md', line: 21, language: 'text', text: 'a drawing\n' });
    expect(others).toEqual([]);
  });

  it('are not part of the prose', () => {
    expect(prose(markdown)).toBe('# Title\n\nIt prints:\n- in a list:\n\n## Another heading\n');
  });
});

describe('shown output', () => {
  it.each([
    ['a\nb', '\na  \nb\n\n'],
    ['accuracy 0.98...', 'accuracy 0.9812'],
    ['first\n...\nlast', 'first\nlast'],
    ['first\n...\nlast', 'first\n2\n3\nlast'],
    ['(a+b)*', '(a+b)*'],
    ['', ''],
  ])('%j agrees with %j', (expected, printed) => {
    expect(shows(expected, printed)).toBe(true);
  });

  it.each([
    ['a', 'a\nb'],
    ['a\nb', 'a'],
    ['accuracy 0.98...', 'accuracy 0.97'],
    ['accuracy 0.98...', 'accuracy 0.98\nmore'],
    ['first\n...\nlast', 'first\nlast\nmore'],
    ['a.c', 'abc'],
    [' a', 'a'],
  ])('%j does not agree with %j', (expected, printed) => {
    expect(shows(expected, printed)).toBe(false);
  });
});
