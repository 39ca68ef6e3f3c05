import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialConsensus } from '../../../core/consensus.ts';
import { UserError } from '../../../core/errors.ts';
import { disk, FileCheckpoints, peekCheckpoint, type Disk } from '../../../extensions/checkpoint/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { checkpointsIn, identity, recordOf, resumeFrom, snapshotAt } from './snapshots.ts';

/** A folder with the checkpoints of sweeps 2 and 3. */
function written(): string {
  const folder = join(temporaryFolder().path, 'checkpoints');
  const { save } = checkpointsIn({ folder });
  for (const sweep of [1, 2, 3]) save(sweep);
  return folder;
}

describe('checkpoints in files', () => {
  it.each([true, false])('give back every bit of the last snapshot, per sample: %s', (perSample) => {
    const folder = join(temporaryFolder().path, 'checkpoints');
    const { save, notes } = checkpointsIn({ folder });
    save(1, perSample);
    save(2, perSample);
    expect(notes).toEqual([]);
    const { snapshot } = resumeFrom(folder);
    expect(snapshot).toEqual(snapshotAt(2, perSample));
    expect(Object.is(snapshot!.sweeper.values['zero'], -0)).toBe(true);
    const files = perSample ? ['rank-0.ckpt', 'run.ckpt'] : ['run.ckpt'];
    expect(readdirSync(join(folder, 'sweep-00000002'))).toEqual(files);
    expect(peekCheckpoint(folder)).toMatchObject({ ranks: 1, perSample });
  });

  it('are the last two, and nothing else is left', () => {
    expect(readdirSync(written())).toEqual(['sweep-00000002', 'sweep-00000003']);
  });

  const damages: readonly [string, RegExp, (path: string) => void][] = [
    ['cut short', /cut short|do not match/, (path) => truncateSync(path, readFileSync(path).length - 20)],
    ['cut to nothing', /cut short/, (path) => truncateSync(path, 0)],
    ['longer', /goes on after its end/, (path) => appendFileSync(path, 'more')],
    ['of another program', /no checkpoint of nograd/, (path) => writeFileSync(path, 'PK\u0003\u0004'.repeat(100))],
    ['missing', /ENOENT/, (path) => rmSync(path)],
  ];

  it.each(damages)('are set aside where a file is %s, and the one before is used', (_, expected, damage) => {
    for (const name of ['run.ckpt', 'rank-0.ckpt']) {
      const folder = written();
      damage(join(folder, 'sweep-00000003', name));
      const { snapshot, notes } = resumeFrom(folder);
      expect(snapshot).toEqual(snapshotAt(2));
      expect(notes[0]).toMatch(expected);
      expect(notes[0]).toContain(`set aside as ${folder}/sweep-00000003.damaged: ${folder}/sweep-00000003/${name}: `);
      expect(readdirSync(folder)).toEqual(['sweep-00000002', 'sweep-00000003.damaged']);
    }
  });

  it('are found out by any one bit that changed', () => {
    const folder = written();
    fc.assert(
      fc.property(fc.constantFrom('run.ckpt', 'rank-0.ckpt'), fc.nat(), fc.nat({ max: 7 }), (name, at, bit) => {
        const path = join(folder, 'sweep-00000003', name);
        const good = readFileSync(path);
        const bad = Buffer.from(good);
        bad[at % bad.length]! ^= 1 << bit;
        writeFileSync(path, bad);
        const { snapshot, notes } = resumeFrom(folder);
        expect(notes[0]).toContain('cannot be used');
        expect(snapshot!.records).toHaveLength(2);
        // As it was, for the next one.
        disk.rename(join(folder, 'sweep-00000003.damaged'), join(folder, 'sweep-00000003'));
        writeFileSync(path, good);
      }),
    );
  });

  it('of another sweep are no part of this one', () => {
    const folder = written();
    writeFileSync(join(folder, 'sweep-00000003/rank-0.ckpt'), readFileSync(join(folder, 'sweep-00000002/rank-0.ckpt')));
    expect(resumeFrom(folder).notes[0]).toContain('rank-0.ckpt: it is of another checkpoint');
  });

  it('that can none be used are told, and left', () => {
    const folder = written();
    for (const sweep of [2, 3]) truncateSync(join(folder, `sweep-0000000${sweep}/run.ckpt`), 9);
    const message = `None of the 2 checkpoints in ${folder} can be used: start anew, without --resume.`;
    expect(() => resumeFrom(folder)).toThrow(new UserError(message));
    expect(readdirSync(folder)).toEqual(['sweep-00000002.damaged', 'sweep-00000003.damaged']);
  });

  it.each([
    [{ ...identity, seed: 2 }, 'seed was 1, and is 2 now'],
    [{ ...identity, scheme: { name: 'taylor', gamma: 5 } }, 'scheme.gamma was 10, and is 5 now'],
    [{ ...identity, more: true }, 'more was not set, and is true now'],
  ])('of another run are refused: %j', (other, expected) => {
    const folder = written();
    expect(() => resumeFrom(folder, { identity: other })).toThrow(expected);
    expect(readdirSync(folder)).toEqual(['sweep-00000002', 'sweep-00000003']);
  });

  it('need not be there', () => {
    const { snapshot, notes } = resumeFrom('/nonexistent');
    expect(snapshot).toBeUndefined();
    expect(notes).toEqual(['/nonexistent has no checkpoint yet: starts from the beginning.']);
  });

  it('are due by minutes too, and when the run is interrupted', () => {
    const folder = join(temporaryFolder().path, 'checkpoints');
    let now = 0;
    const schedule = { minutes: 2, keep: 2, finished: false };
    const checkpoints = new FileCheckpoints(
      { folder, schedule, resume: false, identity, nograd: '1' },
      { consensus: serialConsensus, note: () => undefined, now: () => now },
    );
    const saved: number[] = [];
    const offer = (sweep: number, ending?: 'finished' | 'interrupted'): void => {
      const snapshot = () => {
        saved.push(sweep);
        return snapshotAt(sweep);
      };
      checkpoints.offer({ record: recordOf(sweep), ...(ending && { ending }), snapshot });
    };
    for (const sweep of [1, 2, 3, 4, 5]) {
      now += 60_000;
      offer(sweep);
    }
    offer(6, 'finished');
    expect(saved).toEqual([2, 4]);
    offer(7, 'interrupted');
    expect(saved).toEqual([2, 4, 7]);
  });
});

/** A disk on which calls of that kind fail, from the one of that number on. */
function failing(kind: keyof Disk, code: string, from = 1): Disk {
  const whole: Readonly<Record<keyof Disk, unknown>> = disk;
  let calls = 0;
  const fail = (...given: never[]): unknown => {
    if (++calls >= from) throw Object.assign(new Error(code), { code });
    return (whole[kind] as (...values: never[]) => unknown)(...given);
  };
  return { ...disk, [kind]: fail };
}

describe('a disk that fails', () => {
  it.each<[keyof Disk, string, number, string]>([
    ['write', 'ENOSPC', 1, 'the disk is full (ENOSPC)'],
    ['write', 'ENOSPC', 3, 'the disk is full (ENOSPC)'],
    ['write', 'ENOSPC', 8, 'the disk is full (ENOSPC)'],
    ['finish', 'EIO', 2, 'EIO'],
    ['create', 'EACCES', 1, 'EACCES'],
    ['makeFolder', 'EROFS', 1, 'EROFS'],
    ['rename', 'EIO', 1, 'EIO'],
    ['syncFolder', 'EIO', 1, 'EIO'],
  ])(
    'in %s by %s, from call %d on, does not end the training: the checkpoint before is kept',
    (kind, code, from, why) => {
      const folder = written();
      const { save, notes } = checkpointsIn({ folder, disk: failing(kind, code, from) });
      save(4);
      expect(notes).toEqual([
        `no checkpoint after sweep 4: ${folder} cannot be written: ${why}; training goes on, the one of sweep 3 is kept.`,
      ]);
      expect(readdirSync(folder)).toEqual(['sweep-00000002', 'sweep-00000003']);
      expect(resumeFrom(folder).snapshot).toEqual(snapshotAt(3));
    },
  );

  it('is tried again with the next checkpoint', () => {
    const folder = written();
    const { save, notes } = checkpointsIn({ folder, disk: failing('write', 'ENOSPC') });
    save(4);
    save(5);
    expect(notes).toHaveLength(2);
    checkpointsIn({ folder }).save(6);
    expect(readdirSync(folder)).toEqual(['sweep-00000003', 'sweep-00000006']);
  });

  it('leaves the one before where the process dies in the middle, and the next one removes what is left', () => {
    const folder = written();
    mkdirSync(join(folder, '.sweep-00000004.partial'));
    writeFileSync(join(folder, '.sweep-00000004.partial/rank-0.ckpt'), 'half');
    expect(resumeFrom(folder).snapshot).toEqual(snapshotAt(3));
    checkpointsIn({ folder }).save(4);
    expect(readdirSync(folder)).toEqual(['sweep-00000003', 'sweep-00000004']);
    expect(resumeFrom(folder).snapshot).toEqual(snapshotAt(4));
  });
});
