import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Cable } from '../../../experiments/scaling/cable.ts';

/** A machine that writes down what it is told, and refuses the command that contains some text. */
function machine(refused?: string) {
  const told: string[] = [];
  const run = (command: string, words: readonly string[]): void => {
    const line = [command, ...words].join(' ');
    told.push(line);
    if (refused !== undefined && line.includes(refused)) throw new Error(`refused: ${line}`);
  };
  return { told, run };
}

const removals = ['ip netns del nograd-a', 'ip netns del nograd-b'];

describe('two machines on a cable', () => {
  it('are connected, and removed again', () => {
    const { told, run } = machine();
    const cable = new Cable(run);
    expect(told).toContain('ip -n nograd-a link add nograd-a type veth peer name nograd-b netns nograd-b');
    expect(told).toContain('ip -n nograd-b addr add 10.77.0.2/24 dev nograd-b');
    cable.close();
    expect(told.slice(-2)).toEqual(removals);
  });

  it('take the place of those that a killed run has left', () => {
    const { told, run } = machine();
    new Cable(run).close();
    expect(told.slice(0, 2)).toEqual(removals);
  });

  it('leave nothing behind where connecting them fails half-way', () => {
    const { told, run } = machine('veth');
    expect(() => new Cable(run)).toThrow('refused');
    expect(told.slice(-2)).toEqual(removals);
  });

  it('are removed even where one of them is already gone', () => {
    const { told, run } = machine('netns del nograd-a');
    new Cable(run).close();
    expect(told.slice(-2)).toEqual(removals);
  });

  it('are limited in both directions, by a bucket that the shortest time fits', () => {
    const { told, run } = machine();
    const cable = new Cable(run);
    told.length = 0;
    cable.limit(1000);
    expect(told).toEqual(
      ['a', 'b'].map(
        (end) => `tc -n nograd-${end} qdisc replace dev nograd-${end} root tbf rate 1000mbit burst 6250 limit 64mb`,
      ),
    );
    told.length = 0;
    cable.limit(undefined);
    expect(told.map((line) => line.split(' root ')[1])).toEqual(['pfifo limit 1000', 'pfifo limit 1000']);
    cable.close();
  });

  it('start one rank each, over the cable alone', () => {
    const cable = new Cable(machine().run);
    const words = cable.launch(['node', 'program']);
    expect(words.slice(0, 4)).toEqual(['ip', 'netns', 'exec', 'nograd-a']);
    expect(words.slice(-2)).toEqual(['node', 'program']);
    expect(words[words.indexOf('--host') + 1]).toBe('10.77.0.1:1,10.77.0.2:1');
    expect(words[words.indexOf('btl') + 1]).toBe('self,tcp');
    const agent = words[words.indexOf('plm_rsh_agent') + 1]!;
    expect(existsSync(agent)).toBe(true);
    cable.close();
    expect(existsSync(agent)).toBe(false);
  });
});
