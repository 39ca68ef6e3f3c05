import type { RunLog, RunRecord } from '../../report/index.ts';
import { count, duration, percent } from '../format.ts';
import { coloursFor, line, type Io } from '../io.ts';

/** What stands on the line of a run at work: where it is, how good, how long it has trained. */
function figures({ sweep, totalSeconds, train, validation, test }: RunRecord): string {
  const scores = Object.entries({ train, validation, test }).flatMap(([name, score]) =>
    score === undefined ? [] : `${name} ${percent(score.accuracy)}`,
  );
  return [`sweep ${sweep}`, ...scores, `${totalSeconds.toFixed(2)} s`].join('  ');
}

/**
 * Tells how an experiment goes: a line per run with the time left, and on a terminal a line that changes with every sweep.
 * The time left is what the runs to come took last time, or what all have taken on average.
 */
export class ExperimentProgress {
  readonly #io: Pick<Io, 'stderr' | 'env'>;
  readonly #seconds = new Map<string, number[]>();
  readonly #left: string[];
  readonly #total: number;
  #began = 0;
  #at = '';

  /** @param runs - Variants of the runs to make, one entry each, in their order. */
  constructor(io: Pick<Io, 'stderr' | 'env'>, runs: readonly string[]) {
    this.#io = io;
    this.#left = [...runs];
    this.#total = runs.length;
  }

  /** Something to know. */
  note(text: string): void {
    this.#clear();
    line(this.#io.stderr, `${coloursFor(this.#io.stderr, this.#io.env).yellow('note:')} ${text}`);
  }

  /** Before a run. */
  begin(label: string): void {
    this.#began = performance.now();
    this.#at = `[${count(this.#total - this.#left.length + 1)}/${count(this.#total)}] ${label}`;
    this.#redraw('');
  }

  /** After a sweep. */
  record(record: RunRecord): void {
    this.#redraw(figures(record));
  }

  /** The next run is there already. */
  skip(): void {
    this.#left.shift();
  }

  /** After a run. */
  end({ records, ending }: RunLog): void {
    const variant = this.#left.shift()!;
    const seconds = (performance.now() - this.#began) / 1000;
    this.#seconds.set(variant, [...(this.#seconds.get(variant) ?? []), seconds]);
    const last = records.at(-1);
    const outcome =
      ending === undefined || ending.outcome === 'finished' ? [] : [`${ending.outcome}: ${ending.reason}`];
    const left = this.#left.length === 0 ? [] : [`${duration(this.#secondsLeft())} left`];
    this.#clear();
    line(this.#io.stderr, [this.#at, ...(last === undefined ? [] : [figures(last)]), ...outcome, ...left].join('  '));
  }

  #secondsLeft(): number {
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const all = mean([...this.#seconds.values()].flat());
    const known = (variant: string): number => mean(this.#seconds.get(variant) ?? [all]);
    return this.#left.reduce((sum, variant) => sum + known(variant), 0);
  }

  #clear(): void {
    if (this.#io.stderr.isTTY === true) this.#io.stderr.write('\r\u001b[K');
  }

  #redraw(text: string): void {
    if (this.#io.stderr.isTTY !== true) return;
    const room = Math.max(0, (this.#io.stderr.columns ?? 80) - 1);
    this.#io.stderr.write(`\r\u001b[K${`${this.#at}  ${text}`.slice(0, room)}`);
  }
}
