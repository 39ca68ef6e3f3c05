import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('nograd/package.json') as { readonly version: string };

/** What a result was made with. */
export interface Versions {
  /** Version of nograd. */
  readonly nograd: string;
  /** Version of Node. */
  readonly node: string;
}

/** The versions at work here. */
export const versions: Versions = { nograd: manifest.version, node: process.versions.node };
