import { chmodSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '../../support/code-blocks.ts';
import { absence, crashesOfLaunchers, families, startJob } from '../../support/mpi.ts';
import { usesOf } from '../../support/shell-lines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { built, json, jsonLines } from './support/cli.ts';

const blocks = codeBlocks('docs/cluster.md', readFileSync('docs/cluster.md', 'utf8'));
const runFile = blocks.find(({ file }) => file === 'run.yaml')!;
const onRanks = blocks.filter(({ text }) => text.startsWith('# mpi\n'));

/** A path on which the commands of the guide are found. */
function pathWith(mpirun: readonly string[]): string {
  const { path, write } = temporaryFolder();
  const scripts = { nograd: `'${process.execPath}' '${built}'`, mpirun: mpirun.join(' ') };
  for (const [name, words] of Object.entries(scripts)) chmodSync(write(name, `#!/bin/sh\nexec ${words} "$@"\n`), 0o755);
  return `${path}:${process.env['PATH']!}`;
}

describe.each(families)('the guide from one laptop to a cluster', { retry: crashesOfLaunchers }, (family) => {
  const absent = absence(family);
  it.skipIf(absent !== '')(`has commands that work with ${family.name}${absent}`, async () => {
    const path = pathWith(family.mpirun);
    const { write } = temporaryFolder();
    const at = write('run.yaml', runFile.text).replace(/run\.yaml$/, '');
    expect(onRanks).toHaveLength(2);
    for (const { text } of onRanks) {
      const script = `set -eu\n${text}`;
      const { code, stderr } = await startJob(['bash', '-c', script], at, { PATH: path }).ended;
      expect(code, stderr).toBe(0);
    }
    for (const out of ['ranks', 'out']) {
      expect(json(`${at}${out}/result.json`)).toMatchObject({ ranks: 2, sweeps: 6, outcome: 'finished' });
      expect(jsonLines(`${at}${out}/metrics.jsonl`).map(({ sweep }) => sweep)).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });
});

describe('the files beside the guide', () => {
  const read = (name: string): string => readFileSync(`docs/cluster/${name}`, 'utf8');

  it('start nograd from its last checkpoint', () => {
    const job = parse(read('mpijob.yaml')) as {
      apiVersion: string;
      spec: {
        slotsPerWorker: number;
        mpiReplicaSpecs: Record<
          'Launcher' | 'Worker',
          { replicas: number; template: { spec: { containers: [{ image: string; command: string[] }] } } }
        >;
      };
    };
    const { Launcher, Worker } = job.spec.mpiReplicaSpecs;
    const [{ command, image }] = Launcher.template.spec.containers;
    expect(job.apiVersion).toBe('kubeflow.org/v2beta1');
    expect(command[command.indexOf('-n') + 1]).toBe(String(job.spec.slotsPerWorker * Worker.replicas));
    expect(command.slice(command.indexOf('nograd'))).toEqual(['nograd', 'train', 'run.yaml', '--resume', 'out']);
    expect(read('Dockerfile')).toContain(`docker build -t ${image} -f docs/cluster/Dockerfile .`);
    const [use] = usesOf('nograd', read('nograd.sbatch'));
    expect(use).toMatchObject({ command: 'train', words: expect.arrayContaining(['--resume', '"$OUT"']) as string[] });
  });

  it('are scripts that a shell can read', async () => {
    const { code, stderr } = await startJob(['bash', '-n', 'docs/cluster/nograd.sbatch'], process.cwd()).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
