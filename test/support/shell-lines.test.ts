import { describe, expect, it } from 'vitest';
import { flagsOf, usesOf } from './shell-lines.ts';

describe('uses of a program in a shell block', () => {
  it('are found at the start of a command, behind runners and over several lines', () => {
    const script = [
      '# nograd comment',
      'npm install nograd vitest',
      'npm run build && nograd list losses | head',
      'mpirun -n 8 npx nograd train run.yaml \\',
      '  --set seed=2 # once',
    ].join('\n');
    expect(usesOf('nograd', script)).toEqual([
      { command: 'list', words: ['losses'] },
      { command: 'train', words: ['run.yaml', '--set', 'seed=2'] },
    ]);
    expect(usesOf('npm', script).map((use) => use.command)).toEqual(['install', 'run']);
  });

  it('have flags, told from their values', () => {
    expect(flagsOf(['run.yaml', '--out=runs/a', '-q', '--seeds', '-1', '-'])).toEqual(['--out', '-q', '--seeds']);
  });
});
