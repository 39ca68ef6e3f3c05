import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** The project's own TypeScript files: path from the root, with forward slashes, and text. */
export type SourceTree = ReadonlyMap<string, string>;

/** One part of the tree, by the path of its files, and the paths that these may import. The first match holds. */
interface Part {
  readonly files: RegExp;
  readonly mayImport: RegExp;
}

const general = 'core|layers|activations';

const partsFor = (extension: string): readonly Part[] => [
  { files: /^core\//, mayImport: /^core\// },
  { files: /^layers\//, mayImport: /^(core|layers)\// },
  { files: /^activations\//, mayImport: /^(core|activations)\// },
  { files: /^extensions\/cli\//, mayImport: new RegExp(`^((${general}|extensions)/|[^/]+$)`) },
  { files: /^extensions\//, mayImport: new RegExp(`^(${general}|extensions/(native|${extension}))/`) },
  { files: /^experiments\//, mayImport: new RegExp(`^((${general}|extensions|experiments)/|[^/]+$)`) },
  { files: /^test\/laws\//, mayImport: new RegExp(`^(${general}|test/laws)/`) },
  { files: /^test\//, mayImport: /./ },
  { files: /^[^/]+$/, mayImport: new RegExp(`^((${general}|extensions/(?!cli/)[^/]+)/|[^/]+$)`) },
];

const mayUseNode = /^(extensions|experiments|test(?!\/laws))\//;
const mayUseInversify = /^core\/(token|container)\.ts$|\/module\.ts$|^extensions\/cli\/|^test\/|^[^/]+$/;

/** Every module that a file names: static, dynamic and type imports, and re-exports. */
export const importsOf = (text: string): string[] =>
  ts.preProcessFile(text, true, false).importedFiles.map((file) => file.fileName);

/** The path from the root of what a file imports by a relative path. */
const resolve = (path: string, specifier: string): string => posix.join(posix.dirname(path), specifier);

function wrongImport(path: string, specifier: string): string | undefined {
  if (isBuiltin(specifier)) return mayUseNode.test(path) ? undefined : 'runs in a browser and imports a module of Node';
  if (specifier === 'inversify') return mayUseInversify.test(path) ? undefined : 'imports inversify outside a module';
  if (!specifier.startsWith('.')) return undefined;
  if (!specifier.endsWith('.ts')) return 'imports a relative path that does not end in .ts';
  const extension = path.split('/')[1] ?? '';
  const part = partsFor(extension).find(({ files }) => files.test(path));
  if (part === undefined) return 'lies in a folder that the import rule does not know';
  return part.mayImport.test(resolve(path, specifier)) ? undefined : 'imports against the one-way rule';
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
    return statement.exportClause.elements.some((element) => element.name.text === 'default');
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
}

/** What is wrong with the imports and exports of one file, a line each; empty when it keeps the rule. */
export function violations(path: string, text: string): string[] {
  const imports = importsOf(text).flatMap((specifier) => {
    const wrong = wrongImport(path, specifier);
    return wrong === undefined ? [] : [`${path} ${wrong}: '${specifier}'`];
  });
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const exported = statements.some(isDefaultExport) ? [`${path} has a default export`] : [];
  const isIndex = path.endsWith('/index.ts');
  const added = isIndex && !statements.every(ts.isExportDeclaration) ? [`${path} does more than re-export`] : [];
  return [...imports, ...exported, ...added];
}

/** The files that an entry point reaches through relative imports, itself included. */
export function reach(entry: string, sources: SourceTree): Set<string> {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const specifier of importsOf(sources.get(path) ?? '')) {
      if (specifier.startsWith('.')) reached.add(resolve(path, specifier));
    }
  }
  return reached;
}

/** The packages that files name, without the part of a package behind its name. */
export function packagesOf(paths: Iterable<string>, sources: SourceTree): Set<string> {
  const specifiers = [...paths].flatMap((path) => importsOf(sources.get(path) ?? ''));
  const outside = specifiers.filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier));
  return new Set(outside.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0]));
}
