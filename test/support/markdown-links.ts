import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { prose } from './code-blocks.ts';

/** The anchor that a heading gets, as forges and TypeDoc build it. */
const anchor = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** The anchors of a document's headings; a repeated heading counts up: `usage`, `usage-1`. */
export function anchors(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, heading] of prose(markdown).matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const name = anchor(heading!);
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    found.add(count === 0 ? name : `${name}-${count}`);
  }
  return found;
}

/** Where a document's links and pictures lead, outside code. */
export function links(markdown: string): string[] {
  const text = prose(markdown).replace(/(`+)[^`]*?\1/g, '');
  const inline = text.matchAll(/\]\(\s*<?([^)\s>]+)/g);
  const reference = text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/gm);
  const html = text.matchAll(/\s(?:src|href)="([^"]+)"/g);
  return [...inline, ...reference, ...html].map((match) => match[1]!);
}

/** What is wrong with a relative link, or `undefined`: its file and, in a Markdown file, its heading exist. */
export function brokenLink(document: string, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = '', heading] = link.split('#');
  const target = path === '' ? document : join(dirname(document), decodeURIComponent(path));
  if (!existsSync(target)) return `${document}: no file "${link}"`;
  if (heading === undefined || !target.endsWith('.md')) return undefined;
  return anchors(readFileSync(target, 'utf8')).has(heading) ? undefined : `${document}: no heading "${link}"`;
}
