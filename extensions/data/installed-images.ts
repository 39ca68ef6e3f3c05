import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { idxFormat } from './idx.ts';
import type { NamedData } from './named-data.ts';

/** Image data that an optional package brings to this machine. */
export interface InstalledImages {
  /** Name, as run files spell it. */
  readonly name: string;
  /** One line: what it is. */
  readonly description: string;
  /** Name of the file of images. */
  readonly images: string;
  /** The command that brings the data. */
  readonly install: string;
  /** The folder of the files, or `undefined` where the package is absent. */
  readonly folder: () => string | undefined;
}

/** Known data in the idx files of an installed package; where it is absent, `open` says how to get it. */
export const installedImages = ({ name, description, images, install, folder }: InstalledImages): NamedData => ({
  name,
  description,
  async open() {
    const path = folder();
    if (path === undefined || !existsSync(join(path, images))) {
      throw new UserError(`Data "${name}" is not on this machine. To get it: ${install}`);
    }
    return { ...(await idxFormat.read(join(path, images), {})), name };
  },
});
