import { pack } from './panels.ts';
import { strip, product } from './product.ts';

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

export function strip32(
  z: usize,
  zCols: usize,
  a: usize,
  cols: usize,
  depth: usize,
  first: usize,
  upper: bool,
  c: usize,
): usize {
  return strip<f32>(z, zCols, a, cols, depth, first, upper, c);
}

export function strip64(
  z: usize,
  zCols: usize,
  a: usize,
  cols: usize,
  depth: usize,
  first: usize,
  upper: bool,
  c: usize,
): usize {
  return strip<f64>(z, zCols, a, cols, depth, first, upper, c);
}
