import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython, oneThread } from '../reference/python.ts';
import type { SweepContender } from './sweep-contender.ts';

/** The packages in which the algorithm is written a second time. */
export type ReferencePackage = 'numpy' | 'torch';

/** What is written in a package: the algorithm a second time, or a network that torch trains by gradients. */
export type ReferenceProgram = ReferencePackage | 'convolution' | 'recurrent';

/** `printed`: every line as the paper has it; `closed`: the same iterates by nograd's shortcuts. */
export type ReferenceForm = 'printed' | 'closed';

/** A reference and the folder from which it reads samples and start values. */
export interface ReferenceSetup {
  /** Package in which it is written. */
  readonly name: ReferenceProgram;
  /** Forms of the updates. */
  readonly form: ReferenceForm;
  /** Folder with the problem. */
  readonly folder: string;
  /** Samples of the problem. */
  readonly samples: number;
}

interface Told {
  readonly seconds: number;
  readonly accuracy: number;
  readonly weights: string;
}

/** All weights in one array, as the script packs them. */
function unpack(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
}

const backendOf = (name: ReferenceProgram, form: ReferenceForm): string => {
  if (name === 'recurrent' || name === 'convolution') return 'torch, forward and backward';
  return form === 'printed' ? name : `${name}, our shortcuts`;
};

/** The algorithm in numpy or torch, on one thread, in a process that sweeps once for every line it is sent. */
export async function referenceContender({ name, form, folder, samples }: ReferenceSetup): Promise<SweepContender> {
  const script = fileURLToPath(new URL(`./reference_${name}.py`, import.meta.url));
  const { python } = findPython(name === 'numpy' ? name : 'torch')!;
  const child = spawn(python, ['-B', script, folder, form], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...oneThread },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${script} has ended before its time.`);
    return line.value;
  };
  await answer();
  return {
    name: `${name}, ${form}`,
    backend: backendOf(name, form),
    workers: 1,
    samples,
    async turn() {
      child.stdin.write('sweep\n');
      const { seconds, accuracy, weights } = JSON.parse(await answer()) as Told;
      return { seconds, accuracy, weights: [unpack(weights)] };
    },
    async close() {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}
