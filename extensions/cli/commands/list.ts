import { Command } from 'commander';
import { z } from 'zod';
import { must, unknownName } from '../../../core/errors.ts';
import type { MakeCommand } from '../command.ts';
import { compose, type Composition } from '../composition.ts';
import { line } from '../io.ts';

/** An entry of a list: a name, and what is known of it in further lines. */
interface Entry {
  readonly name: string;
  readonly about?: string;
  readonly options?: readonly Entry[];
}

/** The keys of an options schema, with defaults and descriptions. */
function optionsOf(schema: z.ZodType): Entry[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([key, property]) => {
    const { default: standard, description } = typeof property === 'object' ? property : {};
    const name = standard === undefined ? key : `${key}: ${JSON.stringify(standard)}`;
    return { name, ...(description !== undefined && { about: description }) };
  });
}

const named = ({ name }: { readonly name: string }): Entry => ({ name });

/** What can be listed, by the word on the command line. */
const lists: Readonly<Record<string, (composition: Composition) => Entry[]>> = {
  activations: ({ catalogue }) => catalogue.activations.all.map(named),
  losses: ({ catalogue }) => catalogue.losses.all.map(named),
  layers: ({ catalogue }) =>
    catalogue.layers.all.map(({ kind, options }) => ({ name: kind, options: optionsOf(options) })),
  schemes: ({ catalogue }) => catalogue.schemes.all.map(({ name, options }) => ({ name, options: optionsOf(options) })),
  'linear-algebra': ({ catalogue }) =>
    [...catalogue.linearAlgebras.all]
      .sort((a, b) => b.preference - a.preference)
      .map((backend) => {
        const loaded = backend.load();
        return { name: backend.name, about: typeof loaded === 'string' ? loaded : 'available' };
      }),
  data: ({ data }) => data.named.map(({ name, description }) => ({ name, about: description })),
  initialisers: ({ catalogue }) => catalogue.initialisers.all.map(named),
};

/** Entries as lines: names in a column, what is known of them beside it. */
function linesOf(entries: readonly Entry[], indent: string): string[] {
  const width = Math.max(...entries.map(({ name }) => name.length)) + 2;
  return entries.flatMap(({ name, about, options = [] }) => [
    about === undefined ? indent + name : indent + name.padEnd(width) + about,
    ...linesOf(options, `${indent}  `),
  ]);
}

/** `nograd list [WHAT]`: what run files can name. */
export const listCommand: MakeCommand = (io) =>
  new Command('list')
    .description('What run files can name.')
    .argument('[WHAT]', `${Object.keys(lists).join(', ')} (default: all)`)
    .action((what: string | undefined) => {
      const composition = compose();
      if (what !== undefined) {
        must(what in lists, () => unknownName('list', what, Object.keys(lists)));
        for (const text of linesOf(lists[what]!(composition), '')) line(io.stdout, text);
        return;
      }
      for (const [title, entriesOf] of Object.entries(lists)) {
        for (const text of [title, ...linesOf(entriesOf(composition), '  ')]) line(io.stdout, text);
      }
    });
