import { block, type Block } from '../../core/block.ts';
import { random, type Random } from '../../core/random.ts';
import type { SharedData } from '../../extensions/threads/index.ts';

/** Hidden units of the teacher. */
const teacherUnits = 8;

/** Standard deviation of the noise on what the teacher says, which has about unit variance itself. */
const noise = 0.3;

/** Mean of $\max(0, u)$ for a standard normal $u$. */
const meanOfUnit = 1 / Math.sqrt(2 * Math.PI);

const shared = (rows: number, cols: number): Block => {
  const memory = new SharedArrayBuffer(rows * cols * Float32Array.BYTES_PER_ELEMENT);
  return block(rows, cols, new Float32Array(memory));
};

function fillNormal(stream: Random, deviation: number, data: Block['data']): void {
  for (let i = 0; i < data.length; i++) data[i] = deviation * stream.normal();
}

/** Labels by the sign of a small random ReLU network on unit normal inputs, less its mean, plus noise. */
function label(x: Block, stream: Random, y: Block): void {
  const first = new Float64Array(teacherUnits * x.cols);
  const second = new Float64Array(teacherUnits);
  fillNormal(stream, 1 / Math.sqrt(x.cols), first);
  fillNormal(stream, 1 / Math.sqrt(teacherUnits / 2), second);
  const means = second.map((_, unit) => Math.hypot(...first.subarray(unit * x.cols, (unit + 1) * x.cols)) * meanOfUnit);
  for (let row = 0; row < x.rows; row++) {
    let said = noise * stream.normal();
    for (let unit = 0; unit < teacherUnits; unit++) {
      let sum = 0;
      for (let col = 0; col < x.cols; col++) sum += first[unit * x.cols + col]! * x.data[row * x.cols + col]!;
      said += second[unit]! * (Math.max(0, sum) - means[unit]!);
    }
    y.data[row] = said > 0 ? 1 : 0;
  }
}

/**
 * A made-up two-class problem in shared memory: independent standard normal inputs, labelled by a noisy teacher. Equal
 * sizes, equal numbers, on every machine.
 */
export function syntheticProblem(samples: number, features: number): SharedData {
  const stream = random('bench').child(`${samples}x${features}`);
  const [x, y] = [shared(samples, features), shared(samples, 1)];
  fillNormal(stream.child('inputs'), 1, x.data);
  label(x, stream.child('teacher'), y);
  return { name: 'synthetic', shape: [features], x, y };
}

/** The first samples of a problem, without a copy. */
export function firstSamples({ x, y, ...rest }: SharedData, samples: number): SharedData {
  const cut = ({ cols, data }: Block): Block => block(samples, cols, data.subarray(0, samples * cols));
  return { ...rest, x: cut(x), y: cut(y) };
}
