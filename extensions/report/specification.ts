import { must, unknownName } from '../../core/errors.ts';
import type {
  BarsFigure,
  CurvesFigure,
  Figure,
  MapFigure,
  Specification,
  TrendFigure,
  VegaLiteFigure,
} from './figure.ts';
import { unitOfField, type Unit } from './measurement.ts';
import type { Results } from './results.ts';
import { curveRows, recordRows, runRows, shownVariants, summaryRows, type Row } from './rows.ts';

/** Distinct also in grey, and for most who see colours in other ways (after Okabe and Ito 2008); then Vega's own. */
const colours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#333333',
  '#a0522d',
  '#7f7f7f',
  '#bcbd22',
];
const config = {
  view: { stroke: null },
  font: 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif',
  axis: { labelFontSize: 12, titleFontSize: 12, gridColor: '#e8e8e8', titleFontWeight: 'normal' },
  legend: { labelFontSize: 12, titleFontSize: 12, labelLimit: 320, titleLimit: 320, titleFontWeight: 'normal' },
};

const frame = { background: 'white', config, width: 600, height: 320 };

const formats: Readonly<Record<Unit, string>> = { share: '.1%', seconds: '~g', number: '~g' };

/** What an axis of a field of the records is called: `test accuracy`. */
const fieldTitle = (field: string): string => field.replace(/^measures\./, '').replaceAll('.', ' ');

const isNumeric = (rows: readonly Row[], field: string): boolean =>
  rows.length > 0 && rows.every((row) => typeof row[field] === 'number');

/** An axis of a factor: by size where it is a number, ticked at the levels that were run; else in the order of the rows. */
const factorAxis = (rows: readonly Row[], field: string): Specification =>
  isNumeric(rows, field)
    ? {
        field,
        type: 'quantitative',
        scale: { zero: false },
        title: field,
        axis: { values: [...new Set(rows.map((row) => row[field]))], labelExpr: 'toString(datum.value)' },
      }
    : { field, type: 'nominal', sort: null, title: field, axis: { labelAngle: 0 } };

const variantColour = (variants: readonly string[]): Specification => ({
  field: 'variant',
  type: 'nominal',
  title: null,
  sort: variants,
  scale: { domain: variants, range: variants.map((_, index) => colours[index % colours.length]) },
  legend:
    variants.length > 1 ? { orient: 'right', symbolType: 'stroke', symbolStrokeWidth: 3, symbolOpacity: 1 } : null,
});

function curvesOf(results: Results, figure: CurvesFigure): Specification {
  const { x, y, logarithmic = false, range } = figure;
  const axis = { format: formats[unitOfField(y)] };
  const along = x === 'seconds' ? 'seconds of training, evaluation excluded' : 'sweeps';
  // Clamped and not clipped: resvg gives up on a clipped mark of which nothing is left.
  const scale = range === undefined ? { zero: false } : { domain: range, clamp: true };
  const shared = {
    x: { field: 'x', type: 'quantitative', title: along, ...(logarithmic && { scale: { type: 'log' } }) },
    color: variantColour(shownVariants(results, figure)),
  };
  const title = fieldTitle(y);
  return {
    ...frame,
    data: { values: curveRows(results, figure) },
    encoding: shared,
    layer: [
      {
        mark: { type: 'area', opacity: 0.15, interpolate: 'step-after' },
        encoding: { y: { field: 'lower', type: 'quantitative', scale, title, axis }, y2: { field: 'upper' } },
      },
      {
        mark: { type: 'line', strokeWidth: 2, interpolate: 'step-after' },
        encoding: { y: { field: 'mean', type: 'quantitative', scale, title, axis } },
      },
    ],
  };
}

function unitOf({ outline: { measurements } }: Results, name: string): Unit {
  const measurement = measurements[name];
  must(measurement !== undefined, () => unknownName('measurement', name, Object.keys(measurements)));
  return measurement.unit;
}

function barsOf(results: Results, figure: BarsFigure): Specification {
  const { measurement } = figure;
  const variants = shownVariants(results, figure);
  const unit = unitOf(results, measurement);
  const y = { field: 'variant', type: 'nominal', sort: variants, title: null, axis: { labelLimit: 320 } };
  const axis = { format: formats[unit] };
  const scale = { zero: unit === 'seconds' };
  const rows = runRows(results, figure).filter((row) => measurement in row);
  const dots = rows.map((row) => ({ variant: row['variant']!, value: row[measurement]! }));
  return {
    ...frame,
    height: { step: 26 },
    encoding: { y },
    layer: [
      {
        data: { values: summaryRows(results, measurement, figure) },
        mark: { type: 'rule', strokeWidth: 2, color: colours[0] },
        encoding: {
          x: { field: 'lower', type: 'quantitative', title: measurement, scale, axis },
          x2: { field: 'upper' },
        },
      },
      {
        data: { values: dots },
        mark: { type: 'point', size: 22, opacity: 0.5, color: colours[6] },
        encoding: { x: { field: 'value', type: 'quantitative', title: measurement, scale, axis } },
      },
      {
        data: { values: summaryRows(results, measurement, figure) },
        mark: { type: 'tick', thickness: 3, size: 16, color: colours[0] },
        encoding: { x: { field: 'mean', type: 'quantitative', title: measurement, scale, axis } },
      },
    ],
  };
}

function trendOf(results: Results, figure: TrendFigure): Specification {
  const { x, series, measurement, logarithmic = false } = figure;
  const rows = summaryRows(results, measurement, figure);
  const axis = { format: formats[unitOf(results, measurement)] };
  const names = series === undefined ? [] : [...new Set(rows.map((row) => String(row[series])))];
  const colour = {
    field: series,
    type: 'nominal',
    sort: names,
    scale: { range: colours },
    legend: { symbolOpacity: 1 },
  };
  const along = factorAxis(rows, x);
  const y = { type: 'quantitative', scale: { zero: false }, title: measurement };
  return {
    ...frame,
    data: { values: rows },
    encoding: {
      x: logarithmic ? { ...along, scale: { type: 'log' } } : along,
      ...(series !== undefined && { color: colour }),
    },
    layer: [
      { mark: { type: 'rule', opacity: 0.5 }, encoding: { y: { ...y, field: 'lower' }, y2: { field: 'upper' } } },
      {
        mark: { type: 'line', strokeWidth: 2, point: { size: 40 } },
        encoding: { y: { ...y, field: 'mean', axis } },
      },
    ],
  };
}

const ordinalAxis = (field: string): Specification => ({
  field,
  type: 'ordinal',
  title: field,
  axis: { labelAngle: 0 },
});

function mapOf(results: Results, figure: MapFigure): Specification {
  const { x, y, measurement } = figure;
  const rows = summaryRows(results, measurement, figure);
  const format = formats[unitOf(results, measurement)];
  const means = rows.map((row) => Number(row['mean']));
  const middle = (Math.min(...means) + Math.max(...means)) / 2;
  return {
    ...frame,
    width: { step: 64 },
    height: { step: 40 },
    data: { values: rows },
    encoding: { x: ordinalAxis(x), y: { ...ordinalAxis(y), sort: 'descending' } },
    layer: [
      {
        mark: 'rect',
        encoding: {
          color: {
            field: 'mean',
            type: 'quantitative',
            title: measurement,
            legend: { format },
            scale: { scheme: 'viridis' },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 11 },
        encoding: {
          text: { field: 'mean', type: 'quantitative', format },
          color: { condition: { test: `datum.mean > ${middle}`, value: 'black' }, value: 'white' },
        },
      },
    ],
  };
}

const ownPicture = (results: Results, figure: VegaLiteFigure): Specification => ({
  ...frame,
  data: { values: (figure.rows === 'run' ? runRows : recordRows)(results, figure) },
  ...figure.specification,
});

/**
 * The Vega-Lite specification of a figure, with its data.
 *
 * @throws UserError where the figure names a measurement that there is not.
 */
export function specificationOf(results: Results, figure: Figure): Specification {
  switch (figure.kind) {
    case 'curves':
      return curvesOf(results, figure);
    case 'bars':
      return barsOf(results, figure);
    case 'trend':
      return trendOf(results, figure);
    case 'map':
      return mapOf(results, figure);
    case 'vega-lite':
      return ownPicture(results, figure);
  }
}
