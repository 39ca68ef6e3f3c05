import { applyPieces, applyRelu, solvePieces, solveRelu } from './elements.ts';
import { Hinge, solveOutputs, Squared } from './outputs.ts';
import { pack } from './panels.ts';
import { fold, unfold } from './patches.ts';
import { applyPool, solvePool } from './pool.ts';
import { strip, product } from './product.ts';
import { applyTable, solveTable } from './table.ts';

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

export function applyPieces32(z: usize, length: usize, table: usize, count: usize, out: usize): void {
  applyPieces<f32>(z, length, table, count, out);
}

export function solvePieces32(
  a: usize,
  m: usize,
  length: usize,
  table: usize,
  count: usize,
  gamma: f64,
  beta: f64,
  z: usize,
): void {
  solvePieces<f32>(a, m, length, table, count, gamma, beta, z);
}

export function applyRelu32(z: usize, length: usize, out: usize): void {
  applyRelu<f32>(z, length, out);
}

export function solveRelu32(
  a: usize,
  m: usize,
  length: usize,
  pull: f64,
  keep: f64,
  k: f64,
  z: usize,
  sums: usize,
): void {
  solveRelu<f32>(a, m, length, pull, keep, k, z, sums);
}

export function applyPieces64(z: usize, length: usize, table: usize, count: usize, out: usize): void {
  applyPieces<f64>(z, length, table, count, out);
}

export function solvePieces64(
  a: usize,
  m: usize,
  length: usize,
  table: usize,
  count: usize,
  gamma: f64,
  beta: f64,
  z: usize,
): void {
  solvePieces<f64>(a, m, length, table, count, gamma, beta, z);
}

export function applyRelu64(z: usize, length: usize, out: usize): void {
  applyRelu<f64>(z, length, out);
}

export function solveRelu64(
  a: usize,
  m: usize,
  length: usize,
  pull: f64,
  keep: f64,
  k: f64,
  z: usize,
  sums: usize,
): void {
  solveRelu<f64>(a, m, length, pull, keep, k, z, sums);
}

export function solveHinge32(
  y: usize,
  m: usize,
  lambda: usize,
  length: usize,
  beta: f64,
  rate: f64,
  z: usize,
  sums: usize,
): void {
  solveOutputs<f32, Hinge>(y, m, lambda, length, beta, rate, z, sums);
}

export function solveSquared32(
  y: usize,
  m: usize,
  lambda: usize,
  length: usize,
  beta: f64,
  rate: f64,
  z: usize,
  sums: usize,
): void {
  solveOutputs<f32, Squared>(y, m, lambda, length, beta, rate, z, sums);
}

export function solveHinge64(
  y: usize,
  m: usize,
  lambda: usize,
  length: usize,
  beta: f64,
  rate: f64,
  z: usize,
  sums: usize,
): void {
  solveOutputs<f64, Hinge>(y, m, lambda, length, beta, rate, z, sums);
}

export function solveSquared64(
  y: usize,
  m: usize,
  lambda: usize,
  length: usize,
  beta: f64,
  rate: f64,
  z: usize,
  sums: usize,
): void {
  solveOutputs<f64, Squared>(y, m, lambda, length, beta, rate, z, sums);
}

export function applyTable32(z: usize, length: usize, table: usize, curve: usize, out: usize): void {
  applyTable(z, length, table, curve, out);
}

export function solveTable32(
  a: usize,
  m: usize,
  length: usize,
  table: usize,
  curve: usize,
  starts: usize,
  z: usize,
  sums: usize,
  list: usize,
): usize {
  return solveTable(a, m, length, table, curve, starts, z, sums, list);
}

export function unfold32(
  image: usize,
  pitch: usize,
  step: usize,
  lines: usize,
  line: usize,
  across: usize,
  patches: usize,
): void {
  unfold(image, pitch, step, lines, line, across, patches);
}

export function fold32(
  image: usize,
  pitch: usize,
  step: usize,
  lines: usize,
  line: usize,
  across: usize,
  patches: usize,
): void {
  fold<f32>(image, pitch, step, lines, line, across, patches);
}

export function unfold64(
  image: usize,
  pitch: usize,
  step: usize,
  lines: usize,
  line: usize,
  across: usize,
  patches: usize,
): void {
  unfold(image, pitch, step, lines, line, across, patches);
}

export function fold64(
  image: usize,
  pitch: usize,
  step: usize,
  lines: usize,
  line: usize,
  across: usize,
  patches: usize,
): void {
  fold<f64>(image, pitch, step, lines, line, across, patches);
}

export function applyPool32(z: usize, images: usize, windows: usize, rectify: bool, out: usize): void {
  applyPool<f32>(z, images, windows, rectify, out);
}

export function solvePool32(
  a: usize,
  z: usize,
  images: usize,
  windows: usize,
  rectify: bool,
  gamma: f64,
  beta: f64,
  sums: usize,
): void {
  solvePool<f32>(a, z, images, windows, rectify, gamma, beta, sums);
}

export function applyPool64(z: usize, images: usize, windows: usize, rectify: bool, out: usize): void {
  applyPool<f64>(z, images, windows, rectify, out);
}

export function solvePool64(
  a: usize,
  z: usize,
  images: usize,
  windows: usize,
  rectify: bool,
  gamma: f64,
  beta: f64,
  sums: usize,
): void {
  solvePool<f64>(a, z, images, windows, rectify, gamma, beta, sums);
}
