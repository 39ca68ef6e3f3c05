import { Command, InvalidArgumentError } from 'commander';
import { mustAgree } from '../../../core/agreement.ts';
import type { ConsensusBackend } from '../../../core/consensus.ts';
import { defaultSweeps } from '../../../core/stopping.ts';
import { checkData, type DataOutline, type Trained, type TrainingData } from '../../../core/trainer.ts';
import type { MakeCommand } from '../command.ts';
import type { CheckpointOptions } from '../../checkpoint/index.ts';
import { readShares, type DataCatalogue, type ShareRequest } from '../../data/index.ts';
import { checkNames } from '../check-names.ts';
import { placed } from '../check-placed.ts';
import { checkpointOptions, dataFacts, openCheckpoints, requestOf, workersToResume } from '../checkpointing.ts';
import { compose, type Composition } from '../composition.ts';
import { count } from '../format.ts';
import { coloursFor, line, type Io } from '../io.ts';
import { planMemory, ranksHere, type MemoryAnswer } from '../memory.ts';
import { Metrics } from '../metrics.ts';
import { writeModel } from '../model-file.ts';
import { OutputFolder } from '../output-folder.ts';
import { loadPlugin } from '../plugins.ts';
import { Progress } from '../progress.ts';
import { onRanks } from '../ranks.ts';
import { readRunData } from '../run-data.ts';
import { readRunFile, trainingOf, type RunConfiguration, type RunFile } from '../run-file.ts';
import { surveyShares, type ShareSurvey } from '../shares.ts';
import { failureLine, summary } from '../summary.ts';
import { mustReach, trainOnThreads, workersFor, workersForShares } from '../train-on-threads.ts';
import { versions } from '../versions.ts';
import type { Watcher } from '../watcher.ts';
import { writeWhole } from '../write-whole.ts';

interface Options {
  readonly set?: readonly string[];
  readonly out?: string;
  readonly resume?: string;
  readonly workers?: RunConfiguration['workers'];
  readonly json?: true;
  readonly dryRun?: true;
}

/** Everything that is known before the first sweep: checked, and ready to go. */
interface Prepared extends Pick<Composition, 'trainer'> {
  readonly file: RunFile;
  /** What is known of the samples. */
  readonly outline: DataOutline;
  /** The samples; else what every worker is to read its share of. */
  readonly data: TrainingData | ShareRequest;
  /** One line about the memory that the run takes. */
  readonly memory: string;
  /** Threads to train on; none where this process is one of several ranks. */
  readonly workers?: number;
  readonly plugins: readonly string[];
  readonly folder: OutputFolder | undefined;
  readonly checkpoints: CheckpointOptions | undefined;
  /** Of this rank, where it is one of several processes. */
  readonly consensus: ConsensusBackend | undefined;
}

function parseWorkers(text: string): RunConfiguration['workers'] {
  if (text === 'auto') return text;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It has to be auto or a whole number, at least 1.');
}

/** What has to be the same on every rank before they can train together. */
function mustBeOneRun(
  { run }: RunFile,
  { train, classes }: DataOutline,
  files: Readonly<Record<string, string>>,
  consensus: ConsensusBackend,
): void {
  const everywhere = 'on every machine';
  const facts = [
    { name: 'The version of nograd', value: versions.nograd, remedy: `install the same one ${everywhere}` },
    { name: 'The run file', value: run, remedy: `give the same one, and the same --set, ${everywhere}` },
    {
      name: 'The training data',
      value: { samples: train.samples, shape: train.shape, classes, ...files },
      remedy: `give the same data ${everywhere}`,
    },
  ];
  mustAgree(facts, consensus);
}

/** The samples of a run, and the ranks that share them. */
type FoundData = Pick<Prepared, 'outline' | 'data' | 'memory'> & { readonly ranks: number };

/** Reads the samples, or finds out what is to be read; checks the run against them, and that they have room. */
async function findData(
  file: RunFile,
  options: Options,
  { trainer, data: known }: Composition,
  { env, progress, consensus }: RankContext,
): Promise<FoundData> {
  const { run, path } = file;
  const survey = await surveyShares(file, known);
  const whole = survey === undefined ? await readRunData(file, known) : undefined;
  const outline = whole ?? survey!.outline;
  const wished = options.workers ?? run.workers;
  const asked = options.resume === undefined ? wished : workersToResume(wished, options.resume);
  const ranks = consensus?.size ?? (whole === undefined ? workersForShares(asked) : workersFor(asked, whole));
  if (whole !== undefined) mustReach(whole, ranks);
  const found = placed(path, () => {
    checkData(run, outline);
    return trainer.check(trainingOf(run), outline.train);
  });
  const here = consensus === undefined ? ranks : ranksHere(env, ranks);
  const memory = planMemory({ ...found, run, outline, sharded: survey !== undefined, ranks, ranksHere: here });
  const reading = options.dryRun === true ? undefined : consensus;
  const data = whole ?? (await shares(survey!, memory, known, progress, reading));
  return { outline, data, memory: memory.told, ranks };
}

/** Where a run takes place. */
interface RankContext extends Pick<Io, 'env'> {
  readonly progress: Progress;
  /** Of this rank, where it is one of several processes. */
  readonly consensus: ConsensusBackend | undefined;
}

async function prepareRun(path: string, options: Options, context: RankContext): Promise<Prepared> {
  const { consensus } = context;
  const file = await readRunFile(path, options.set);
  const { run, folder: base } = file;
  const plugins = await Promise.all(run.plugins.map((name) => loadPlugin(name, base)));
  const composition = compose(plugins, consensus);
  checkNames(file, composition.catalogue);
  const request = requestOf(options);
  const wanted = options.dryRun === true || (consensus?.rank ?? 0) > 0 ? undefined : request.folder;
  const folder = wanted === undefined ? undefined : await OutputFolder.prepare(wanted);
  const { ranks, ...found } = await findData(file, options, composition, context);
  const files = dataFacts(file, composition.data);
  if (consensus !== undefined) {
    const whole = typeof found.data.train === 'string' ? found.outline : (found.data as TrainingData);
    mustBeOneRun(file, whole, files, consensus);
  }
  const checkpoints = checkpointOptions(file, request, files);
  const threads = consensus === undefined ? { workers: ranks } : {};
  const urls = plugins.map(({ url }) => url);
  return { file, ...found, ...threads, trainer: composition.trainer, folder, checkpoints, consensus, plugins: urls };
}

/** Reads this rank's share where this process is one of several ranks; threads read theirs when they begin. */
async function shares(
  { request }: ShareSurvey,
  { resident }: MemoryAnswer,
  catalogue: DataCatalogue,
  progress: Progress,
  consensus: ConsensusBackend | undefined,
): Promise<TrainingData | ShareRequest> {
  const whole = { ...request, resident };
  if (consensus === undefined) return whole;
  const report = (...told: Parameters<Progress['reading']>): void => progress.reading(...told);
  return readShares(whole, { catalogue, consensus, report });
}

/** One line that says what is trained, on what. */
function plan({ file: { path, run }, outline: { train, validation, test, classes }, data }: Prepared): string {
  const { scheme, network, stop } = run;
  const name = typeof scheme === 'string' ? scheme : scheme.name;
  const rules = Object.entries(stop).map(([rule, value]) => `${rule} ${value}`);
  const until = rules.length > 0 ? rules.join(', ') : `sweeps ${defaultSweeps}`;
  const about = typeof data.train === 'string' ? 'about ' : '';
  const samples = `${about}${count(train.samples)} samples of ${count(train.shape.reduce((size, extent) => size * extent, 1))} features`;
  const validated = validation === undefined ? '' : `, validated on ${count(validation.samples)}`;
  const tested = test === undefined ? '' : `, tested on ${count(test.samples)}`;
  const known = classes.length === 0 ? 'classes as found' : `classes ${classes.join(', ')}`;
  const labels = classes.length > 10 ? `${classes.length} classes` : known;
  return `${path}: ${name}, ${network.layers.length} layers, ${network.loss} loss; ${samples}${validated}${tested}; ${labels}; stop: ${until}`;
}

/** Tells what is about to happen to files, before it does. */
function announce(
  { file: { run }, folder, workers, checkpoints }: Prepared,
  wanted: Options['workers'],
  progress: Progress,
): void {
  const threads = wanted ?? run.workers;
  if (workers === undefined && threads !== 'auto' && threads > 1) {
    progress.note(
      `workers: ${threads} is left aside: a rank of MPI has one, so start as many ranks as there are cores.`,
    );
  }
  if (folder === undefined) progress.note('nothing will be saved: give --out DIR to keep the model and the metrics.');
  else if (folder.earlier.length > 0 && checkpoints?.resume !== true) {
    progress.note(`${folder.path} holds an earlier run: its ${folder.earlier.join(', ')} will be replaced.`);
  }
}

async function save({ model, result }: Trained, { file: { run }, folder, plugins }: Prepared): Promise<void> {
  if (folder === undefined) return;
  const { scheme, seed, data } = run;
  const facts = {
    classesPicked: data.classes !== undefined,
    label: data.label ?? null,
    plugins,
    scheme,
    seed,
    versions,
  };
  await writeModel(folder.model, model, facts);
  await writeWhole(folder.result, `${JSON.stringify({ ...result, versions }, null, 2)}\n`);
}

/** Trains on threads, or as the rank that this process is. */
function trainHere(prepared: Prepared, watchers: readonly Watcher[], signal: AbortSignal): Promise<Trained> {
  const { file, data, workers, trainer, checkpoints, consensus } = prepared;
  const { run, folder: base } = file;
  const training = trainingOf(run);
  if (workers === undefined) {
    const note = (text: string): void => watchers.forEach((watcher) => watcher.note?.(text));
    const kept = checkpoints && { checkpoints: openCheckpoints(checkpoints, consensus!, note) };
    return trainer.train(training, data as TrainingData, { observers: watchers, signal, ...kept });
  }
  const job = { training, data, plugins: run.plugins, folder: base, checkpoints };
  return trainOnThreads(job, trainer, { workers, watchers, signal });
}

async function train(path: string, options: Options, io: Io, consensus?: ConsensusBackend): Promise<number> {
  const progress = new Progress(io);
  const prepared = await prepareRun(path, options, { env: io.env, progress, consensus });
  if (options.dryRun === true) {
    line(io.stdout, `would train ${plan(prepared)}`);
    line(io.stdout, `memory: ${prepared.memory}`);
    return 0;
  }
  const { file, folder } = prepared;
  line(io.stderr, plan(prepared));
  if (typeof prepared.data.train === 'string') line(io.stderr, `memory: ${prepared.memory}`);
  announce(prepared, options.workers, progress);
  const signal = io.interruption();
  signal.addEventListener('abort', () =>
    progress.note('interrupted: ends after this sweep; once more to end at once.'),
  );
  const clear = { start: (): Promise<void> | void => (options.resume === undefined ? folder?.clear() : undefined) };
  const kept = folder === undefined ? [] : [clear, new Metrics(folder.metrics)];
  const trained = await trainHere(prepared, [...kept, progress], signal);
  await save(trained, prepared);
  const { result } = trained;
  if (options.json === true) line(io.stdout, JSON.stringify({ ...result, versions }, null, 2));
  else for (const text of summary(trained, file, folder)) line(io.stdout, text);
  const failure = failureLine(trained, folder);
  if (failure !== undefined) line(io.stderr, `${coloursFor(io.stderr, io.env).red('nograd:')} ${failure}`);
  return failure !== undefined ? 1 : result.outcome === 'interrupted' ? 130 : 0;
}

/** `nograd train RUN.yaml`: trains what a run file says. */
export const trainCommand: MakeCommand = (io, exit) =>
  new Command('train')
    .description('Train what a run file says.')
    .argument('<RUN.yaml>', 'the run file')
    .option('--set <key=value...>', 'replace values of the run file, e.g. --set scheme.gamma=5 seed=2')
    .option('--out <DIR>', 'folder for metrics.jsonl, model.safetensors and result.json (default: nothing is saved)')
    .option('--resume <DIR>', 'go on from the last checkpoint in the folder of an earlier run, to the same bits')
    .option('--workers <N|auto>', 'threads that share the samples', parseWorkers)
    .option('--json', 'print the result as JSON, and nothing else, on standard output')
    .option('--dry-run', 'check run file, data and network, and say what would be trained')
    .action(async (path: string, options: Options) => {
      exit(await onRanks(io, (own, consensus) => train(path, options, own, consensus)));
    });
