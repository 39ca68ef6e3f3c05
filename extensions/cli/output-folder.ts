import { existsSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserError } from '../../core/errors.ts';

/** The files that a run leaves behind. */
const names = { metrics: 'metrics.jsonl', model: 'model.safetensors', result: 'result.json' };

/** Where the checkpoints of a run lie. */
export const checkpointsIn = (folder: string): string => join(folder, 'checkpoints');

const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The folder of `--out`, known to be writable. */
export class OutputFolder {
  readonly path: string;
  readonly metrics: string;
  readonly model: string;
  readonly result: string;
  /** Files that an earlier run left there; this one replaces them. */
  readonly earlier: readonly string[];

  private constructor(path: string, earlier: readonly string[]) {
    this.path = path;
    this.metrics = join(path, names.metrics);
    this.model = join(path, names.model);
    this.result = join(path, names.result);
    this.earlier = earlier;
  }

  /**
   * Makes the folder where it is missing, and tries to write there.
   *
   * @throws UserError when that fails, or a folder stands where a file has to go.
   */
  static async prepare(path: string): Promise<OutputFolder> {
    const probe = join(path, `.nograd-${process.pid}.tmp`);
    try {
      await mkdir(path, { recursive: true });
      await writeFile(probe, '', { flag: 'wx' });
      await rm(probe);
    } catch (error) {
      throw new UserError(
        `The output folder "${path}" cannot be written to (${reason(error)}): choose another with --out.`,
      );
    }
    return new OutputFolder(path, await OutputFolder.#filesIn(path));
  }

  /** Removes what an earlier run left, so that the folder never describes two runs at once. */
  async clear(): Promise<void> {
    for (const name of this.earlier) await rm(join(this.path, name), { recursive: true, force: true });
  }

  static async #filesIn(path: string): Promise<string[]> {
    const found: string[] = [];
    for (const name of Object.values(names)) {
      const stats = await stat(join(path, name)).catch(() => undefined);
      if (stats?.isDirectory() === true)
        throw new UserError(`"${join(path, name)}" is a folder where a file has to go.`);
      if (stats !== undefined) found.push(name);
    }
    const checkpoints = checkpointsIn(path);
    return existsSync(checkpoints) ? [...found, relative(path, checkpoints)] : found;
  }
}
