import type { Specification } from './figure.ts';

/** A picture in two formats. */
export interface Picture {
  /** Scalable, as text. */
  readonly svg: string;
  /** In pixels, twice the size. */
  readonly png: Uint8Array;
}

/** Draws specifications. */
export type Draw = (specification: Specification) => Promise<Picture>;

const packages = ['vega', 'vega-lite', '@resvg/resvg-js'];

const noteMissing = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return message;
  return `figures need the optional packages ${packages.join(', ')}: npm install ${packages.join(' ')}`;
};

/**
 * What draws Vega-Lite specifications to SVG and PNG, without a browser; or one line that says what is missing. The
 * packages are optional, and loaded here alone.
 */
export async function loadDraw(): Promise<Draw | string> {
  try {
    const { parse, resetSVGDefIds, View } = await import('vega');
    const { compile } = await import('vega-lite');
    const { Resvg } = await import('@resvg/resvg-js');
    return async (specification) => {
      const { spec } = compile(specification as unknown as Parameters<typeof compile>[0]);
      const view = new View(parse(spec), { renderer: 'none' });
      // The same picture has the same names inside, whatever was drawn before.
      resetSVGDefIds();
      const svg = `${await view.toSVG()}\n`;
      view.finalize();
      const font = { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' };
      const png = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } }).render().asPng();
      return { svg, png };
    };
  } catch (error) {
    return noteMissing(error);
  }
}
