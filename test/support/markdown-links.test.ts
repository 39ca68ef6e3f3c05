import { describe, expect, it } from 'vitest';
import { anchors, brokenLink, links } from './markdown-links.ts';

describe('links of a document', () => {
  it('are found in text, pictures, references and HTML, not in code', () => {
    const markdown = [
      'See [one](one.md), ![two](<two.svg>) and [three][ref].',
      '[ref]: three.md#part',
      '<img src="four.png" alt="">',
      '`[five](five.md)` and',
      '```md',
      '[six](six.md)',
      '```',
    ];
    expect(links(markdown.join('\n'))).toEqual(['one.md', 'two.svg', 'three.md#part', 'four.png']);
  });

  it('lead to files and headings that exist', () => {
    expect(brokenLink('CONTRIBUTING.md', 'LICENSE')).toBeUndefined();
    expect(brokenLink('CONTRIBUTING.md', 'https://example.org/nothing')).toBeUndefined();
    expect(brokenLink('docs/guide.md', '../CHANGELOG.md#changelog')).toBeUndefined();
    expect(brokenLink('CHANGELOG.md', '#changelog')).toBeUndefined();
    expect(brokenLink('docs/guide.md', 'LICENSE')).toContain('no file');
    expect(brokenLink('CHANGELOG.md', '#nothing')).toContain('no heading');
  });
});

describe('anchors of headings', () => {
  it('are lower case, with dashes for spaces, without marks, and numbered when they repeat', () => {
    const markdown =
      '# The *one*: `a_b` & c-d\n## [Linked](x.md) part\n## Use\n```sh\n# not a heading\n```\n### Use ###\n';
    expect([...anchors(markdown)]).toEqual(['the-one-a_b--c-d', 'linked-part', 'use', 'use-1']);
  });
});
