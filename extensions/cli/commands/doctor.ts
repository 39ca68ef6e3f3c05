import { Command } from 'commander';
import type { MakeCommand } from '../command.ts';
import { describeDiagnosis } from '../doctor/describe.ts';
import { examine } from '../doctor/examine.ts';
import { warningsOf } from '../doctor/warnings.ts';
import { coloursFor, line } from '../io.ts';

/** `nograd doctor`: what this machine has, how fast it is, and what `auto` makes of it. */
export const doctorCommand: MakeCommand = (io) =>
  new Command('doctor')
    .description('What this machine has for training, how fast it is, and what auto will choose.')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const diagnosis = await examine();
      const warnings = warningsOf(diagnosis);
      if (json === true) {
        line(io.stdout, JSON.stringify({ ...diagnosis, warnings }, null, 2));
        return;
      }
      const colours = coloursFor(io.stdout, io.env);
      for (const text of describeDiagnosis(diagnosis, colours)) line(io.stdout, text);
      for (const text of warnings) line(io.stdout, `${colours.yellow('warning:')} ${text}`);
    });
