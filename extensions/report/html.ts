import { fileName, type Results } from './results.ts';
import type { RunLog } from './run-log.ts';
import { summaryTable, type Table } from './table.ts';

/** A drawn figure. */
export interface DrawnFigure {
  /** Name of the figure and of its files. */
  readonly name: string;
  /** Told under the picture. */
  readonly caption?: string;
  /** The picture. */
  readonly svg: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: string): string => value.replace(/[&<>"]/g, (character) => entities[character]!);
const paragraph = (value: string): string => `<p>${text(value)}</p>`;

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
td,th{padding:.3rem .8rem;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}
td:first-child,th:first-child{text-align:left}
figure{margin:2rem 0}figure svg{max-width:100%;height:auto}figcaption{color:#555}
pre{background:#f6f6f6;padding:.8rem;overflow-x:auto}.note{border-left:4px solid #e69f00;padding-left:.8rem}`;

const row = (cells: readonly string[], tag: 'td' | 'th'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;

const table = ({ head, body }: Table): string =>
  `<table><thead>${row(head, 'th')}</thead><tbody>${body.map((cells) => row(cells, 'td')).join('\n')}</tbody></table>`;

/** Names inside a picture are its own also beside other pictures in one page. */
const ownNames = (svg: string, name: string): string =>
  svg.replace(/( id="|url\(#|href="#)/g, (start) => `${start}${fileName(name)}-`);

const figure = ({ name, caption, svg }: DrawnFigure): string =>
  `<figure>${ownNames(svg, name)}<figcaption>${text(caption ?? name)}</figcaption></figure>`;

/** Every distinct text, in order. */
const distinct = (values: readonly string[]): string[] => [...new Set(values)];

const versionsOf = ({ header: { versions } }: RunLog): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

function machines(logs: readonly RunLog[]): string[] {
  const described = logs.map(({ header: { machine } }) => {
    const { processor, cores, gibibytes, system, blas } = machine;
    return `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${gibibytes} GiB, ${system}; BLAS: ${blas}`;
  });
  return distinct(described);
}

function runTable(logs: readonly RunLog[]): Table {
  const body = logs.map(({ header, records, ending }) => [
    header.variant,
    String(header.seed),
    ending?.outcome ?? 'cut short',
    String(records.length),
    (records.at(-1)?.totalSeconds ?? 0).toFixed(2),
    header.chosen === undefined ? '' : JSON.stringify(header.chosen).replace(/[{}"]/g, ''),
    ending?.reason ?? '',
  ]);
  return { head: ['variant', 'seed', 'outcome', 'records', 'seconds', 'chosen by the search', 'reason'], body };
}

/** One page that needs no other file: what was asked, the table, the pictures, every run, and how to make it again. */
export function htmlReport(results: Results, figures: readonly DrawnFigure[], notes: readonly string[]): string {
  const { outline, runs } = results;
  const { name, title, about, substitute, command, variants } = outline;
  const logs = runs.map(({ log }) => log);
  const absent = variants.flatMap((variant) =>
    variant.absent === undefined ? [] : `${variant.name}: ${variant.absent}`,
  );
  const told = [
    ...(substitute === undefined ? [] : [`Not the data that this is about: ${substitute}`]),
    ...absent,
    ...notes,
  ];
  const body = [
    `<h1>${text(title)}</h1>`,
    ...(about === undefined ? [] : [paragraph(about)]),
    ...told.map((note) => `<p class="note">${text(note)}</p>`),
    '<h2>Results</h2>',
    paragraph('Mean ± sample standard deviation over seeds. Seconds are those of training, evaluation excluded.'),
    table(summaryTable(results)),
    ...figures.map(figure),
    '<h2>Runs</h2>',
    table(runTable(logs)),
    '<h2>How it was made</h2>',
    `<pre>${text(command)}</pre>`,
    ...machines(logs).map(paragraph),
    ...distinct(logs.map(versionsOf)).map(paragraph),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(name)}: ${text(title)}</title><style>${style}</style></head>
<body>${body.join('\n')}</body></html>
`;
}
