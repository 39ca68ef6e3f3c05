import { Command, CommanderError } from 'commander';
import { UserError } from '../../core/errors.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { listCommand } from './commands/list.ts';
import { predictCommand } from './commands/predict.ts';
import { trainCommand } from './commands/train.ts';
import { coloursFor, line, type Io } from './io.ts';
import { WorkerLostError } from '../threads/index.ts';
import { versions } from './versions.ts';

/** In the order of the help. */
const commands = [trainCommand, evaluateCommand, predictCommand, listCommand, doctorCommand];

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/** The program with all its commands; nothing in it ends the process. */
function program(io: Io, exit: (code: number) => void): Command {
  const { red } = coloursFor(io.stderr, io.env);
  const root = new Command('nograd')
    .description('Trains neural networks without gradients.')
    .version(versions.nograd)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => {
        write(`${red('nograd:')} ${oneLine(text.replace(/^error: /, ''))}\n`);
      },
    });
  for (const make of commands) root.addCommand(make(io, exit).copyInheritedSettings(root));
  return root;
}

/** Tells an error and says which exit code it stands for. */
function report(error: unknown, { stderr, env }: Io): number {
  // The text is out already; help that was asked for is no misuse.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { red } = coloursFor(stderr, env);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  line(stderr, `${red('nograd:')} ${oneLine(message)}`);
  if (error instanceof UserError) return 2;
  if (error instanceof WorkerLostError) return 1;
  line(stderr, 'This is a bug in nograd: please report it with the lines below.');
  line(stderr, stack ?? message);
  return 1;
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
