import { Command } from 'commander';
import { must } from '../../../core/errors.ts';
import { writeReport } from '../../report/index.ts';
import type { MakeCommand } from '../command.ts';
import { line } from '../io.ts';
import { tellReport } from './experiment.ts';

/** `nograd report DIR...`: rebuilds figures and pages from the results of experiments. */
export const reportCommand: MakeCommand = (io) =>
  new Command('report')
    .description('Draw the figures of experiments again, from their results alone.')
    .argument('<DIR...>', 'folders of results')
    .action(async (folders: readonly string[]) => {
      for (const folder of folders) {
        const written = await writeReport(folder);
        must(written !== undefined, () => `${folder}: no run of the experiment is complete yet.`);
        for (const note of written.notes) line(io.stderr, `note: ${note}`);
        tellReport(written, io.stdout);
      }
    });
