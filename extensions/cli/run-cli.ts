import { Command } from 'commander';
import { launchOf } from '../mpi/index.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { experimentCommand } from './commands/experiment.ts';
import { listCommand } from './commands/list.ts';
import { predictCommand } from './commands/predict.ts';
import { reportCommand } from './commands/report.ts';
import { trainCommand } from './commands/train.ts';
import { coloursFor, type Io } from './io.ts';
import { ioOf } from './ranks.ts';
import { oneLine, report } from './report.ts';
import { versions } from './versions.ts';

/** In the order of the help. */
const commands = [
  trainCommand,
  evaluateCommand,
  predictCommand,
  experimentCommand,
  reportCommand,
  listCommand,
  doctorCommand,
];

/** The program with all its commands; nothing in it ends the process. */
function program(io: Io, exit: (code: number) => void): Command {
  const { stdout, stderr } = ioOf(launchOf(io.env), io);
  const { red } = coloursFor(stderr, io.env);
  const root = new Command('nograd')
    .description('Trains neural networks without gradients.')
    .version(versions.nograd)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => {
        write(`${red('nograd:')} ${oneLine(text.replace(/^error: /, ''))}\n`);
      },
    });
  for (const make of commands) root.addCommand(make(io, exit).copyInheritedSettings(root));
  return root;
}

/**
 * Runs the command line inside this process.
 *
 * @param argv - Words behind `nograd`, e.g. `['train', 'run.yaml', '--json']`.
 * @param io - Streams, environment and interrupts.
 * @returns The exit code: 0 done; 1 the run failed, or a bug; 2 misuse or bad input; 130 interrupted.
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  try {
    await program(io, (given) => (code = given)).parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}
