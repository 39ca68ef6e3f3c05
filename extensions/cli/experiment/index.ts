/** @module nograd/experiment */
export {
  bars,
  best,
  curves,
  final,
  map,
  median,
  secondsTo,
  sweepsTo,
  trend,
  vegaLite,
  type BarsFigure,
  type Captioned,
  type CurvesFigure,
  type Factor,
  type Figure,
  type MapFigure,
  type Measurement,
  type RunRecord,
  type Specification,
  type TrendFigure,
  type Unit,
  type VegaLiteFigure,
} from '../../report/index.ts';
export * from './define.ts';
export { moduleUrl } from './load-experiment.ts';
export { grid, onThreads } from './variants.ts';
