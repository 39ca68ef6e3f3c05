import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhaseClock } from '../../core/index.ts';

describe('the phase clock', () => {
  const none = { weights: 0, inputs: 0, activations: 0, gather: 0, consensus: 0 };

  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  const pass = (seconds: number): void => void vi.advanceTimersByTime(1000 * seconds);

  it('adds up the seconds of every phase, one at a time', () => {
    const clock = new PhaseClock();
    clock.enter('inputs');
    pass(1);
    clock.enter('gather');
    pass(2);
    clock.enter('inputs');
    pass(4);
    clock.leave();
    expect(clock.take()).toEqual({ ...none, inputs: 5, gather: 2 });
  });

  it('counts no time outside phases', () => {
    const clock = new PhaseClock();
    pass(1);
    clock.enter('weights');
    clock.leave();
    pass(2);
    clock.leave();
    expect(clock.take()).toEqual(none);
  });

  it('starts again from zero when read, and ends the phase at hand', () => {
    const clock = new PhaseClock();
    clock.enter('consensus');
    pass(3);
    expect(clock.take()).toEqual({ ...none, consensus: 3 });
    pass(5);
    expect(clock.take()).toEqual(none);
  });
});
