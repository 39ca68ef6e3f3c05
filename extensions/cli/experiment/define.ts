import { must, unknownName } from '../../../core/errors.ts';
import type {
  NetworkConfiguration,
  SchemeConfiguration,
  StopConfiguration,
  TrainingConfiguration,
} from '../../../core/run-configuration.ts';
import type { TrainingData } from '../../../core/trainer.ts';
import type { NamedData } from '../../data/index.ts';
import { fileName, type Factor, type Figure, type Measurement, type RunRecord } from '../../report/index.ts';
import type { DataConfiguration, RunConfiguration } from '../run-file.ts';

/** Samples: a known name, the path of a file, or data of the experiment's own. */
export type DataGiven = string | NamedData;

/** What an experiment trains, validates and tests on: the `data:` of a run file, in which data of its own may stand. */
export interface ExperimentData extends Partial<Omit<DataConfiguration, 'train' | 'validation' | 'test'>> {
  /** To train on. */
  readonly train: DataGiven;
  /** To choose by: a share of the training samples, or data. Default: none. */
  readonly validation?: number | DataGiven;
  /** To test on after every sweep. */
  readonly test?: DataGiven;
  /** What this data stands in for, told in the run and in the report. Default: it is the data that is meant. */
  readonly substitute?: string;
}

/** What is set for a run: keys of a run file. What is left out has its usual default. */
export interface RunSettings {
  /** Layers and loss. */
  readonly network?: Pick<NetworkConfiguration, 'layers'> & Partial<NetworkConfiguration>;
  /** Scheme, by name or with options. */
  readonly scheme?: string | SchemeConfiguration;
  /** When to stop. */
  readonly stop?: StopConfiguration;
  /** End with the weights of the best sweep. Default: where there is validation data, or the scheme says so. */
  readonly keepBest?: boolean;
  /** Of data and per-sample state. */
  readonly precision?: RunConfiguration['precision'];
  /** Name of a linear algebra. */
  readonly linearAlgebra?: string;
  /** Samples per tile. */
  readonly tileRows?: number;
  /** Threads. Default: 1, so that methods compare. */
  readonly workers?: RunConfiguration['workers'];
  /** Changes to the experiment's data, e.g. `{ limit: 1000 }`. */
  readonly data?: Partial<ExperimentData>;
}

/** A search of settings on validation data, before a variant is run: every combination once, the best one is taken. */
export interface Search {
  /** Values to try, by the path of the setting: `{ 'scheme.rate': [0.001, 0.003] }`. */
  readonly over: Readonly<Record<string, readonly unknown[]>>;
  /** When each trial stops. Default: as the variant does. */
  readonly stop?: StopConfiguration;
  /** What to choose by: a share of the training samples, held out, where the data has no validation data. Default: 0.1. */
  readonly validation?: number;
  /** Threads of a trial. Default: 1. */
  readonly workers?: number;
  /** Seed of the trials. Default: `search`, which no run has. */
  readonly seed?: number | string;
  /** Name of the folder of its results; variants that share it share the search. Default: that of the variant. */
  readonly name?: string;
}

/** What a program is to train. */
export interface ProgramJob {
  /** Network, stopping rule, seed. */
  readonly configuration: TrainingConfiguration;
  /** Threads that it may use. */
  readonly workers: number;
  /** Samples, preprocessed. */
  readonly data: TrainingData;
  /** The variant's options. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A way of training that is no scheme of nograd, e.g. another library in a process of its own. */
export interface Program {
  /** What it is called in the results. */
  readonly name: string;
  /** Why it cannot be run on this machine, and how to get it; `undefined` where it can. Default: it can. */
  absent?(): string | undefined;
  /** Versions of what it uses. */
  versions?(): Readonly<Record<string, string>>;
  /**
   * Trains, and gives a record after every pass: seconds of training without evaluation, and scores. It is ended by the
   * stopping rule of the run.
   */
  run(job: ProgramJob): AsyncIterable<RunRecord>;
}

/** One thing that is compared. */
export interface Variant extends RunSettings {
  /** What it is told apart by in figures, e.g. `{ gamma: 10, depth: 3 }`. */
  readonly factors?: Readonly<Record<string, Factor>>;
  /** A search of its settings before the first run. */
  readonly search?: Search;
  /** What trains instead of a scheme. */
  readonly program?: Program;
  /** Options of the program. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** An experiment: variants, trained on the same data with several seeds, measured and drawn. */
export interface ExperimentDefinition {
  /** One line: what is compared. */
  readonly title: string;
  /** What it asks, and what to know about it. */
  readonly about?: string;
  /** What is trained and tested on. */
  readonly data: ExperimentData;
  /** What all variants share. */
  readonly base?: RunSettings;
  /** By name, in the order of the results. */
  readonly variants: Readonly<Record<string, Variant>>;
  /** Seeds 1 to so many. Default: 3. */
  readonly seeds?: number;
  /** By name: columns of the results. */
  readonly measurements: Readonly<Record<string, Measurement>>;
  /** By name: files of the pictures. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** Modules to load, by URL: see {@link moduleUrl}. */
  readonly plugins?: readonly string[];
}

/** What an experiment can find out before it says what it is. */
export interface ExperimentContext {
  /** The path of a file in the folders of `--data`, or `undefined` where it is not there. */
  readonly file: (name: string) => string | undefined;
}

/** An experiment, as a module exports it. */
export interface Experiment {
  /** Tells it from other exports. */
  readonly kind: 'nograd-experiment';
  /** What it is on this machine. */
  define(context: ExperimentContext): ExperimentDefinition;
}

/** Finds out what is wrong before the first run rather than after the last. */
function mustBeWhole({ variants, measurements, figures, seeds = 3 }: ExperimentDefinition): void {
  for (const [what, named] of Object.entries({ variants, measurements, figures })) {
    const files = Object.keys(named).map((name) => fileName(name));
    const twice = files.find((file, index) => files.indexOf(file) !== index);
    must(twice === undefined, () => `Two of the experiment's ${what} have "${twice}" for a file name: rename one.`);
  }
  must(Object.keys(variants).length > 0, () => 'The experiment has no variants.');
  must(Number.isInteger(seeds) && seeds > 0, () => `The number of seeds is a whole number, at least 1, got ${seeds}.`);
  for (const figure of Object.values(figures)) {
    const unknown = 'measurement' in figure && !(figure.measurement in measurements) ? figure.measurement : undefined;
    must(unknown === undefined, () => unknownName('measurement', unknown!, Object.keys(measurements)));
  }
  for (const [name, { program, scheme }] of Object.entries(variants)) {
    must(
      program === undefined || scheme === undefined,
      () => `Variant "${name}" has a scheme and a program: give one.`,
    );
  }
}

/**
 * Defines an experiment, for a module to export and `nograd experiment` to run.
 *
 * @param given - What it is, or a function that says so when it knows which files are there.
 */
export function defineExperiment(
  given: ExperimentDefinition | ((context: ExperimentContext) => ExperimentDefinition),
): Experiment {
  return {
    kind: 'nograd-experiment',
    define(context) {
      const definition = typeof given === 'function' ? given(context) : given;
      mustBeWhole(definition);
      return definition;
    },
  };
}
