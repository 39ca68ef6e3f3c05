/** A fenced block of a Markdown document. */
export interface CodeBlock {
  /** Path of the document. */
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** First word behind the fence; empty when there is none. */
  readonly language: string;
  readonly text: string;
  /** File name in a first line that is nothing but a comment with it, such as `// swish.ts` or `# run.yaml`. */
  readonly file?: string;
  /** What the block prints: the `text` block that comes next, with no heading between. */
  readonly output?: string;
}

type Draft = { -readonly [key in keyof CodeBlock]: CodeBlock[key] };

const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)/;
const fileComment = /^(?:\/\/|#) ([\w./-]+\.\w+)$/;

/** The lines of a document with those inside fences apart: `block` is undefined outside. */
function* linesOf(document: string, markdown: string): Generator<{ text: string; block: Draft | undefined }> {
  let open: { indent: number; marks: string; block: Draft } | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const [, indent = '', marks = '', language = ''] = fence.exec(text) ?? [];
    if (open === undefined && marks !== '') {
      open = { indent: indent.length, marks, block: { document, line: index + 1, language, text: '' } };
    } else if (open !== undefined && marks.startsWith(open.marks) && language === '') {
      open = undefined;
    } else if (open === undefined) {
      yield { text, block: undefined };
    } else {
      yield { text: text.slice(open.indent), block: open.block };
    }
  }
}

/** Every fenced block of a document, in order, each `text` block also as the output of the block that it follows. */
export function codeBlocks(document: string, markdown: string): CodeBlock[] {
  const blocks: Draft[] = [];
  let before: Draft | undefined; // the block before this one; none when a heading came between
  let latest: Draft | undefined;
  for (const { text, block } of linesOf(document, markdown)) {
    if (block === undefined) {
      if (text.startsWith('#')) latest = undefined;
      continue;
    }
    if (block !== blocks.at(-1)) {
      [before, latest] = [latest, block];
      blocks.push(block);
      const file = fileComment.exec(text)?.[1];
      if (file !== undefined) block.file = file;
    }
    block.text += `${text}\n`;
    if (block.language === 'text' && before !== undefined) before.output = block.text;
  }
  return blocks;
}

/** A document without its fenced blocks. */
export const prose = (markdown: string): string =>
  [...linesOf('', markdown)].flatMap(({ text, block }) => (block === undefined ? [text] : [])).join('\n');

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');

/**
 * Whether a program printed what a document shows. Spaces at the ends of lines and blank lines at either end do not
 * count; `...` in a line stands for anything in that line, and a line of `...` alone for any number of lines.
 */
export function shows(expected: string, printed: string): boolean {
  const tidy = (text: string): string => text.replace(/[^\S\n]+$/gm, '').replace(/^\n+|\n+$/g, '');
  const pattern = tidy(expected)
    .split('\n')
    .map((line) => (line.trim() === '...' ? '(.*\n)*?' : `${line.split('...').map(escaped).join('.*')}\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${tidy(printed)}\n`);
}
