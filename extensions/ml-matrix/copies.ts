import { Matrix } from 'ml-matrix';
import type { Block } from '../../core/block.ts';

/** A block as a matrix of ml-matrix: a copy. */
export const matrixOf = ({ rows, cols, data }: Block): Matrix => {
  const matrix = new Matrix(rows, cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) matrix.set(row, col, data[row * cols + col]!);
  }
  return matrix;
};

/** The symmetric matrix whose upper triangle these numbers hold, n x n, row-major. */
export const symmetricMatrixOf = (s: Float64Array, n: number): Matrix => {
  const matrix = new Matrix(n, n);
  for (let row = 0; row < n; row++) {
    for (let col = row; col < n; col++) {
      matrix.set(row, col, s[row * n + col]!);
      matrix.set(col, row, s[row * n + col]!);
    }
  }
  return matrix;
};

/** Are all numbers of the upper triangle finite? The decompositions of ml-matrix throw or never end where one is not. */
export const isFiniteSymmetric = (s: Float64Array, n: number): boolean => {
  for (let row = 0; row < n; row++) {
    for (let col = row; col < n; col++) if (!Number.isFinite(s[row * n + col])) return false;
  }
  return true;
};
