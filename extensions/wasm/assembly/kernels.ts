import { pack } from './panels.ts';
import { gramStrip, product } from './product.ts';

export function pack32(source: usize, depth: usize, cols: usize, depthStep: usize, colStep: usize, to: usize): void {
  pack<f32>(source, depth, cols, depthStep, colStep, to);
}

export function pack64(source: usize, depth: usize, cols: usize, depthStep: usize, colStep: usize, to: usize): void {
  pack<f64>(source, depth, cols, depthStep, colStep, to);
}

export function product32(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  rows: usize,
  panels: usize,
  depth: usize,
  cols: usize,
  c: usize,
  keep: bool,
): void {
  product<f32>(a, rowStep, depthStep, rows, panels, depth, cols, c, keep);
}

export function product64(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  rows: usize,
  panels: usize,
  depth: usize,
  cols: usize,
  c: usize,
  keep: bool,
): void {
  product<f64>(a, rowStep, depthStep, rows, panels, depth, cols, c, keep);
}

export function gramStrip32(panels: usize, depth: usize, cols: usize, first: usize, c: usize): usize {
  return gramStrip<f32>(panels, depth, cols, first, c);
}

export function gramStrip64(panels: usize, depth: usize, cols: usize, first: usize, c: usize): usize {
  return gramStrip<f64>(panels, depth, cols, first, c);
}
