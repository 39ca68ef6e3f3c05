import { must } from '../../core/errors.ts';
import type { RawData } from '../../extensions/data/index.ts';

/** Edge of the images that are described, in pixels; smaller ones are set in the middle of black. */
const side = 32;
/** Edge of a cell, in pixels. */
const cell = 8;
const cells = side / cell;
/** Directions of a gradient, over the whole turn. */
const orientations = 18;
/** Edge of a block, in cells; blocks begin at every cell. */
const edge = 2;
const blocks = cells - edge + 1;
/** Keeps a block without gradients from a division by zero, and the largest share of a block that one number may have. */
const [tiny, largest] = [1e-5, 0.2];

/** Numbers per image: 3 x 3 blocks of 2 x 2 cells of 18 orientations. */
export const hogSize = blocks * blocks * edge * edge * orientations;

/** One image in the middle of a square: channels one after the other. */
function framed(raw: RawData, row: number, channels: number, [height, width]: readonly [number, number]): Float64Array {
  const image = new Float64Array(channels * side * side);
  const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
  for (let y = 0, from = row * raw.cols; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++, from++) {
        image[(channel * side + top + y) * side + left + x] = raw.values[from]! * raw.scale;
      }
    }
  }
  return image;
}

/** Adds every pixel's gradient to its cell, under its orientation: that of the channel where it is largest. */
function cellHistograms(image: Float64Array, channels: number, histograms: Float64Array): void {
  histograms.fill(0);
  const at = (channel: number, y: number, x: number): number => image[(channel * side + y) * side + x]!;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let [dx, dy, length] = [0, 0, 0];
      for (let channel = 0; channel < channels; channel++) {
        const across = x > 0 && x < side - 1 ? at(channel, y, x + 1) - at(channel, y, x - 1) : 0;
        const down = y > 0 && y < side - 1 ? at(channel, y + 1, x) - at(channel, y - 1, x) : 0;
        const size = Math.hypot(across, down);
        if (size > length) [dx, dy, length] = [across, down, size];
      }
      if (length === 0) continue;
      const turn = Math.atan2(dy, dx) / (2 * Math.PI);
      const orientation = Math.floor((turn < 0 ? turn + 1 : turn) * orientations) % orientations;
      const own = Math.floor(y / cell) * cells + Math.floor(x / cell);
      histograms[own * orientations + orientation]! += length / (cell * cell);
    }
  }
}

/** To length one, cut off at the largest share, and to length one again (L2-Hys). */
function normalise(block: Float32Array): void {
  const scale = (): void => {
    const length = Math.sqrt(block.reduce((sum, value) => sum + value * value, tiny * tiny));
    for (let i = 0; i < block.length; i++) block[i]! /= length;
  };
  scale();
  for (let i = 0; i < block.length; i++) block[i] = Math.min(largest, block[i]!);
  scale();
}

/**
 * Histograms of oriented gradients (Dalal and Triggs 2005), 648 numbers per image. Taylor et al. 2016 give the number and no
 * settings; these make it: images of 32 x 32, differences [-1, 0, 1], 18 orientations over the whole turn without
 * interpolation, cells of 8 x 8 pixels, blocks of 2 x 2 cells that begin at every cell, normalised by L2-Hys at 0.2.
 *
 * @param raw - Images of shape `[height, width, channels]`, at most 32 x 32.
 * @param wanted - Labels of the images to describe. Default: all.
 */
export function hog(raw: RawData, wanted?: readonly number[]): RawData {
  const [height, width, channels] = raw.shape as readonly [number, number, number];
  must(raw.shape.length === 3 && height <= side && width <= side, () => {
    return `${raw.name}: HOG takes images of at most ${side} x ${side}, in channels; these have shape ${raw.shape.join(' x ')}.`;
  });
  const { labels } = raw;
  const all = Array.from({ length: raw.rows }, (_, row) => row);
  const rows = wanted === undefined ? all : all.filter((row) => wanted.includes(Number(labels?.[row])));
  const values = new Float32Array(rows.length * hogSize);
  const histograms = new Float64Array(cells * cells * orientations);
  const part = edge * orientations;
  rows.forEach((row, index) => {
    cellHistograms(framed(raw, row, channels, [height, width]), channels, histograms);
    for (let block = 0, to = index * hogSize; block < blocks * blocks; block++) {
      const [top, left] = [Math.floor(block / blocks), block % blocks];
      const own = values.subarray(to, (to += edge * part));
      for (let line = 0; line < edge; line++) {
        const from = ((top + line) * cells + left) * orientations;
        own.set(histograms.subarray(from, from + part), line * part);
      }
      normalise(own);
    }
  });
  return {
    ...raw,
    rows: rows.length,
    cols: hogSize,
    shape: [hogSize],
    values,
    scale: 1,
    labels: labels === undefined ? undefined : Float64Array.from(rows, (row) => Number(labels[row])),
    columnNames: undefined,
  };
}
