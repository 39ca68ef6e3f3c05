/** A Vega-Lite specification, as plain data. */
export type Specification = Readonly<Record<string, unknown>>;

/** What every figure has. */
export interface Captioned {
  /** Told under the picture. */
  readonly caption?: string;
  /** Variants to show. Default: all. */
  readonly variants?: readonly string[];
}

/** A line per variant: mean over seeds, with a band of a standard deviation. */
export interface CurvesFigure extends Captioned {
  /** Tells figures apart. */
  readonly kind: 'curves';
  /** Along the horizontal axis. */
  readonly x: 'seconds' | 'sweeps';
  /** Path of the number in a sweep's record. */
  readonly y: string;
  /** Logarithmic horizontal axis? Default: no. */
  readonly logarithmic?: boolean;
  /** Lowest and highest value shown. Default: what there is. */
  readonly range?: readonly [lowest: number, highest: number];
}

/** A bar per variant: mean of a measurement over seeds, with a standard deviation and a dot per seed. */
export interface BarsFigure extends Captioned {
  /** Tells figures apart. */
  readonly kind: 'bars';
  /** Name of the measurement. */
  readonly measurement: string;
}

/** A measurement over a factor: a line per value of another one. */
export interface TrendFigure extends Captioned {
  /** Tells figures apart. */
  readonly kind: 'trend';
  /** Factor along the horizontal axis. */
  readonly x: string;
  /** Name of the measurement. */
  readonly measurement: string;
  /** Factor with a line per value. Default: none. */
  readonly series?: string;
  /** Logarithmic horizontal axis? Default: no. */
  readonly logarithmic?: boolean;
}

/** A measurement over two factors, as a map of colours with the numbers in it. */
export interface MapFigure extends Captioned {
  /** Tells figures apart. */
  readonly kind: 'map';
  /** Factor along the horizontal axis. */
  readonly x: string;
  /** Factor along the vertical axis. */
  readonly y: string;
  /** Name of the measurement. */
  readonly measurement: string;
}

/** Any picture: a Vega-Lite specification without its data. */
export interface VegaLiteFigure extends Captioned {
  /** Tells figures apart. */
  readonly kind: 'vega-lite';
  /**
   * Rows of the data: one per `run` (variant, its factors, seed, every measurement by its name), or per `record` of a sweep
   * (variant, its factors, seed, and the numbers of the record).
   */
  readonly rows: 'run' | 'record';
  /** Mark, encoding, and whatever else; the data is put in. */
  readonly specification: Specification;
}

/** A picture of an experiment, as plain data, so that it can be drawn again from the files alone. */
export type Figure = CurvesFigure | BarsFigure | TrendFigure | MapFigure | VegaLiteFigure;

/** A line per variant of a number in the records, by default the accuracy on the test data over seconds. */
export const curves = (options: Partial<Omit<CurvesFigure, 'kind'>> = {}): CurvesFigure => ({
  kind: 'curves',
  x: 'seconds',
  y: 'test.accuracy',
  ...options,
});

/** A bar per variant. */
export const bars = (measurement: string, options: Captioned = {}): BarsFigure => ({
  kind: 'bars',
  measurement,
  ...options,
});

/** A measurement over a factor. */
export const trend = (options: Omit<TrendFigure, 'kind'>): TrendFigure => ({ kind: 'trend', ...options });

/** A measurement over two factors. */
export const map = (options: Omit<MapFigure, 'kind'>): MapFigure => ({ kind: 'map', ...options });

/** A picture of your own. */
export const vegaLite = (
  rows: VegaLiteFigure['rows'],
  specification: Specification,
  options: Captioned = {},
): VegaLiteFigure => ({ kind: 'vega-lite', rows, specification, ...options });
