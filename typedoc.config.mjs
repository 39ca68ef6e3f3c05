import katex from '@vscode/markdown-it-katex';

/** Formulae become MathML, readable offline with no script or style sheet. A formula with a mistake fails the build. */
function useMaths(parser) {
  parser.use(katex.default ?? katex, { output: 'mathml' });
  const { rules } = parser.renderer;
  for (const name of Object.keys(rules).filter((rule) => rule.startsWith('math_'))) {
    const render = rules[name];
    rules[name] = (tokens, index, ...others) => {
      const html = render(tokens, index, ...others);
      if (html.includes('katex-error')) throw new Error(`Not a formula: $${tokens[index].content}$ gives ${html}`);
      return html;
    };
  }
}

/** @type {Partial<import('typedoc').TypeDocOptions>} */
const options = {
  name: 'nograd',
  tsconfig: 'tsconfig.build.json',
  entryPoints: ['index.ts', 'test/laws/index.ts', 'extensions/*/index.ts', 'extensions/cli/experiment/index.ts'],
  projectDocuments: ['docs/*.md', 'docs/decisions/*.md'],
  out: 'site',
  plugin: ['typedoc-plugin-coverage', 'typedoc-plugin-mdn-links'],
  markdownItLoader: useMaths,
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  githubPages: false,
  sort: ['source-order'],
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};

export default options;
