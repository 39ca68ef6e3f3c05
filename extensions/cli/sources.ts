import type { TrainingData } from '../../core/trainer.ts';

/** Data of a run whose samples are in another form. */
export interface DataIn<Source> extends Omit<TrainingData, 'train' | 'validation' | 'test'> {
  readonly train: Source;
  readonly validation?: Source;
  readonly test?: Source;
}

/** The same data with all of its samples in another form. */
export const withSources = <From, To>(
  { train, validation, test, ...rest }: DataIn<From>,
  change: (source: From) => To,
): DataIn<To> => ({
  ...rest,
  train: change(train),
  ...(validation !== undefined && { validation: change(validation) }),
  ...(test !== undefined && { test: change(test) }),
});
