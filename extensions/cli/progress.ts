import type { RunStart, SweepRecord } from '../../core/observer.ts';
import { count, duration, percent } from './format.ts';
import { coloursFor, line, type Colours, type Io, type Output } from './io.ts';
import type { Watcher } from './watcher.ts';

const barWidth = 20;

/** Milliseconds between two lines about reading where no terminal is. */
const quietReading = 5000;

/** The figures of one sweep, in the order of their importance: the end is cut off where a terminal is narrow. */
function figures({ objective, train, validation, test, seconds, samplesPerSecond }: SweepRecord): string {
  const shown = [`objective ${objective.toPrecision(5)}`, `train ${percent(train.accuracy)}`];
  if (validation !== undefined) shown.push(`validation ${percent(validation.accuracy)}`);
  if (test !== undefined) shown.push(`test ${percent(test.accuracy)}`);
  return [...shown, `${Math.round(samplesPerSecond)} samples/s`, `${seconds.toFixed(2)} s`].join('  ');
}

/**
 * Tells how a run goes: on a terminal one line that changes, with a bar; elsewhere a line per sweep. What a sweep notes
 * is told once.
 */
export class Progress implements Watcher {
  readonly #output: Output;
  readonly #colours: Colours;
  readonly #told = new Set<string>();
  #sweeps: number | undefined;
  #started = 0;
  /** Sweeps of an earlier run that this one goes on from. */
  #before = 0;
  #reading: { readonly name: string; readonly since: number; readonly told: number } | undefined;

  constructor({ stderr, env }: Pick<Io, 'stderr' | 'env'>) {
    this.#output = stderr;
    this.#colours = coloursFor(stderr, env);
  }

  reading(name: string, rows: number, part: number): void {
    const now = performance.now();
    if (this.#reading?.name !== name) this.#reading = { name, since: now, told: now };
    const seconds = (now - this.#reading.since) / 1000;
    const rate = seconds > 0 ? `  ${count(rows / seconds)} rows/s` : '';
    const left = part > 0 && part < 1 ? `  ${duration((seconds * (1 - part)) / part)} left` : '';
    const text = `reading ${name}  ${percent(part)}${rate} a rank${left}`;
    if (this.#output.isTTY === true) this.#output.write(`\r\u001b[K${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
    else if (now - this.#reading.told >= quietReading) {
      this.#reading = { ...this.#reading, told: now };
      line(this.#output, text);
    }
  }

  start({ sweeps, earlier = [] }: Pick<RunStart, 'sweeps' | 'earlier'>): void {
    this.#sweeps = sweeps;
    this.#before = earlier.length;
    this.#started = performance.now();
    if (this.#output.isTTY === true) this.#redraw(this.#before, this.#before === 0 ? 'first sweep' : 'next sweep');
  }

  sweep(record: SweepRecord): void {
    for (const note of record.notes) this.note(note);
    const left = this.#left(record.sweep);
    const text = left === undefined ? figures(record) : `${figures(record)}  ${duration(left)} left`;
    if (this.#output.isTTY === true) this.#redraw(record.sweep, text);
    else line(this.#output, `sweep ${this.#counted(record.sweep)}  ${text}`);
  }

  end(): void {
    if (this.#output.isTTY === true) this.#output.write('\n');
  }

  /** Tells something once. */
  note(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    const start = this.#output.isTTY === true ? '\r\u001b[K' : '';
    line(this.#output, `${start}${this.#colours.yellow('note:')} ${text}`);
  }

  #counted(sweep: number): string {
    return this.#sweeps === undefined ? `${sweep}` : `${sweep}/${this.#sweeps}`;
  }

  /** Seconds to go, from the time that the sweeps so far have taken, evaluation included. */
  #left(sweep: number): number | undefined {
    if (this.#sweeps === undefined) return undefined;
    return ((performance.now() - this.#started) / 1000 / (sweep - this.#before)) * (this.#sweeps - sweep);
  }

  #redraw(sweep: number, text: string): void {
    const full = this.#sweeps === undefined ? 0 : Math.round((barWidth * sweep) / this.#sweeps);
    const bar = this.#sweeps === undefined ? '' : `${'━'.repeat(full)}${'─'.repeat(barWidth - full)} `;
    const room = Math.max(0, (this.#output.columns ?? 80) - 1 - bar.length);
    const rest = `${this.#counted(sweep)}  ${text}`.slice(0, room);
    this.#output.write(`\r\u001b[K${this.#colours.green(bar)}${rest}`);
  }
}
