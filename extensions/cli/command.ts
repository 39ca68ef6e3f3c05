import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Takes the exit code of a command that did what it was asked to. */
export type Exit = (code: number) => void;

/** One command of the command line: a file in `commands/`, listed in `run-cli.ts`. */
export type MakeCommand = (io: Io, exit: Exit) => Command;
