import type { Observer, Outcome, RunStart, SweepRecord } from 'nograd';

/** Keeps a line about everything that happens in a run. */
export class Diary implements Observer {
  readonly lines: string[] = [];

  start({ samples, network }: RunStart): void {
    this.lines.push(`${samples} samples, nodes ${network.graph.nodes.map(({ name }) => name).join(', ')}`);
  }

  sweep({ sweep, residuals }: SweepRecord): void {
    this.lines.push(`sweep ${sweep}, ${residuals.length} nodes`);
  }

  end(outcome: Outcome, last: SweepRecord | undefined): void {
    this.lines.push(`${outcome} after sweep ${last?.sweep ?? 0}`);
  }
}
