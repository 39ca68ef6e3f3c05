import { createRequire } from 'node:module';

/** A function of a native library. It believes its arguments: a view that is too short is written past its end. */
export type NativeFunction = (...values: never[]) => unknown;

/** An open native library. */
export interface NativeLibrary {
  /** The function of that name; throws where the library has none. Types are spelled as in C. */
  func(name: string, result: string, parameters: readonly string[]): NativeFunction;
}

/** What is needed of the package koffi. */
export interface Koffi {
  /** Opens a library by file name or path; throws where it cannot. */
  load(path: string): NativeLibrary;
}

/** The first line of what went wrong. */
export const firstLine = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0]!;

/** The optional package koffi, or one line that says why it is not there. */
export function loadKoffi(): Koffi | string {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (thrown) {
    return firstLine(thrown);
  }
}
