import type { RunResult } from '../../core/result.ts';
import type { Trained } from '../../core/trainer.ts';
import { describeFailure } from '../../core/outcome.ts';
import { percent, shellWord } from './format.ts';
import type { OutputFolder } from './output-folder.ts';
import type { RunFile } from './run-file.ts';

/** Accuracy on the data that counts, in words. */
function accuracies({ train, validation, test, kept }: RunResult): string {
  if (train === undefined) return 'no sweep was completed';
  const [first, ...others] = Object.entries({ test, validation, training: train }).flatMap(([name, score]) =>
    score === undefined ? [] : `${name} accuracy ${percent(score.accuracy)}`,
  );
  const beside = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return `${first}${beside}${kept === undefined ? '' : `, with the weights of sweep ${kept}`}`;
}

/** How a run ended, where its results lie, and what to do with them. */
export function summary(
  { result, end }: Trained,
  { run: { data } }: RunFile,
  folder: OutputFolder | undefined,
): string[] {
  const { outcome, sweeps, seconds, reason } = result;
  const lasted = `${outcome} after ${sweeps} ${sweeps === 1 ? 'sweep' : 'sweeps'} in ${seconds.toFixed(1)} s`;
  // Why a run failed is an error, and told as one.
  const lines = [end.failure === undefined ? `${lasted}: ${reason}` : lasted, accuracies(result)];
  if (folder === undefined) return [...lines, 'nothing was saved: give --out DIR to keep the model and the metrics'];
  const model = shellWord(folder.model);
  const samples = shellWord(data.test ?? data.train);
  return [
    ...lines,
    `model    ${folder.model}`,
    `metrics  ${folder.metrics}`,
    `result   ${folder.result}`,
    `try      npx nograd evaluate ${model} --data ${samples}`,
    `         npx nograd predict ${model} --data ${samples} --out predictions.csv`,
  ];
}

/** One line about a run that failed: what, where, what to try, and what is left of it. */
export function failureLine({ end }: Trained, folder: OutputFolder | undefined): string | undefined {
  if (end.failure === undefined) return undefined;
  const kept = folder === undefined ? '' : ` The last good model is in ${folder.model}.`;
  return `The run failed: ${describeFailure(end.failure)}${kept}`;
}
