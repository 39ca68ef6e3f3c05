/** @module nograd/cli */
export { runCli } from './run-cli.ts';
export type { Evaluation } from './commands/evaluate.ts';
export type { Io, Output } from './io.ts';
export { readModel, writeModel, type StoredModel } from './model-file.ts';
export type { ModelFacts } from './model-metadata.ts';
export {
  readRunFile,
  type CheckpointConfiguration,
  type DataConfiguration,
  type RunConfiguration,
  type RunFile,
} from './run-file.ts';
export { runJsonSchema, type JsonSchema } from './run-schema.ts';
export type { Versions } from './versions.ts';
export type { Path, Place } from './yaml-text.ts';
