import { createRequire } from 'node:module';

/** A function of a native library. It believes its arguments: a view that is too short is written past its end. */
export type NativeFunction = (...values: never[]) => unknown;

/** An open native library. */
export interface NativeLibrary {
  /** The function of that name; throws where the library has none. Types are spelled as in C. */
  func(name: string, result: string, parameters: readonly string[]): NativeFunction;
}

/** An open native library with its variables. */
export interface NativeVariables extends NativeLibrary {
  /** Where the variable of that name lies; throws where the library has none. */
  symbol(name: string): unknown;
}

/** What is needed of the package koffi. */
export interface Koffi {
  /** Opens a library by file name or path; throws where it cannot. `global`: those it opens itself see its symbols. */
  load(path: string, options?: { readonly global?: boolean }): NativeLibrary;
}

/** What is needed of it to use variables of libraries as well. */
export interface KoffiWithVariables extends Koffi {
  load(path: string, options?: { readonly global?: boolean }): NativeVariables;
  /** The number of an address. */
  address(pointer: unknown): bigint;
}

/** The first line of what went wrong. */
export const firstLine = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0]!;

/** The optional package koffi, or one line that says why it is not there. */
export function loadKoffi(): KoffiWithVariables | string {
  try {
    return createRequire(import.meta.url)('koffi') as KoffiWithVariables;
  } catch (thrown) {
    return firstLine(thrown);
  }
}
