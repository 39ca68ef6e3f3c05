import type { DataSource } from '../../core/data-source.ts';
import type { Standardising } from '../../core/preprocessing.ts';
import { random } from '../../core/random.ts';
import { openData, prepare, type RawData } from '../../extensions/data/index.ts';

/** Data of which some samples are to learn from, and others to judge by. */
interface ProblemData {
  /** Training samples: a known name, or a path. */
  readonly train: string;
  /** Official test samples likewise, or how many of the last training samples are kept for it. */
  readonly test: string | number;
  /** Column of the label in a table. */
  readonly label?: string;
  /** What is done to the features. */
  readonly standardise: Standardising;
  /** Training samples held out wherever something is chosen. */
  readonly validation: number;
}

/** Where the files are that no package has. */
const shared = process.env['NOGRAD_DATA'] ?? '../shared/data';

const images = { standardise: false, validation: 10_000 } as const;

/** The data on which the nested scheme is tuned and judged. */
export const problems = {
  mnist: { train: 'mnist', test: 'mnist-test', ...images },
  fashion: { train: 'fashion-mnist', test: 'fashion-mnist-test', ...images },
  higgs: {
    train: `${shared}/higgs-train.csv.gz`,
    test: 5000,
    label: 'first',
    standardise: 'symlog',
    validation: 7598,
  },
  pendigits: {
    train: `${shared}/pendigits.tra.gz`,
    test: `${shared}/pendigits.tes.gz`,
    standardise: true,
    validation: 2000,
  },
} as const satisfies Readonly<Record<string, ProblemData>>;

/** Name of a problem. */
export type Problem = keyof typeof problems;

/** Samples to learn from, and samples to judge by. */
export interface Parts {
  readonly train: DataSource;
  readonly judge: DataSource;
}

/** Some rows. */
function rowsOf(raw: RawData, rows: readonly number[]): RawData {
  const { cols, values, labels } = raw;
  // Not by `slice`: of a Buffer that is a view.
  const picked = new (
    values instanceof Float64Array ? Float64Array : values instanceof Float32Array ? Float32Array : Uint8Array
  )(rows.length * cols);
  rows.forEach((row, i) => picked.set(values.subarray(row * cols, (row + 1) * cols), i * cols));
  const own =
    labels instanceof Float64Array ? Float64Array.from(rows, (row) => labels[row]!) : rows.map((row) => labels![row]!);
  return { ...raw, rows: rows.length, values: picked, labels: own };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Whole numbers below `count` in an order that is always the same for a name. */
function shuffled(count: number, name = 'split'): number[] {
  const order = range(0, count);
  const stream = random(name);
  for (let i = count - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function prepared({ standardise }: ProblemData, train: RawData, judge: RawData): Parts {
  const { source, classes, preprocessing } = prepare(train, { standardise });
  const treated = { knownClasses: classes, ...(preprocessing && { preprocessing }) };
  return { train: source, judge: prepare(judge, treated).source };
}

const open = (problem: ProblemData, name: string): Promise<RawData> =>
  openData(name, problem.label === undefined ? {} : { label: problem.label });

/**
 * All training samples, judged by the test samples. Where there are none, the last rows of the training samples are kept for it, or
 * rows drawn anew for every split.
 *
 * @param split - Which rows are drawn. Default: none, the last ones are kept.
 */
export async function toReport(name: Problem, split?: number): Promise<Parts> {
  const problem: ProblemData = problems[name];
  const raw = await open(problem, problem.train);
  const { test } = problem;
  if (typeof test === 'string') return prepared(problem, raw, await open(problem, test));
  const order = split === undefined ? range(0, raw.rows) : shuffled(raw.rows, `hold-out/${split}`);
  const kept = raw.rows - test;
  return prepared(problem, rowsOf(raw, order.slice(0, kept)), rowsOf(raw, order.slice(kept)));
}

/**
 * Some training samples, judged by others of them: a fixed split in which no test sample takes part.
 *
 * @param limit - Most samples to learn from.
 */
export async function toChoose(name: Problem, limit = Infinity): Promise<Parts> {
  const problem: ProblemData = problems[name];
  const raw = await open(problem, problem.train);
  const order = shuffled(raw.rows - (typeof problem.test === 'number' ? problem.test : 0));
  const { validation } = problem;
  const train = order.slice(validation, Math.min(order.length, validation + limit));
  return prepared(problem, rowsOf(raw, train), rowsOf(raw, order.slice(0, validation)));
}
