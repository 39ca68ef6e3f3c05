/** Powers of ten that are exact in double precision. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const [zero, nine, point, plus, minus, space, tab, letter] = [48, 57, 46, 43, 45, 32, 9, 101] as const;

/** More would not fit into double precision. */
const mostDigits = 300;

/**
 * Reads decimal numbers from the bytes of a text, without making strings. A number of up to 15 digits with a power of ten up
 * to 22 comes out exact (Clinger 1990); one of more digits to within 2 units of the last place in double precision, and so
 * exact after rounding to single precision but for ties.
 */
export class DecimalReader {
  /** Behind the number that was read, or where it was not understood. */
  at = 0;
  /** Significant digits of the number that was read, leading zeros included. */
  digits = 0;

  /** The power of ten of the exponent that was read. */
  #power = 0;

  /** The number that begins at `from`; NaN where there is none in plain decimal form, with `at` where it began. */
  read(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    const first = bytes[at]!;
    if (first === minus || first === plus) at++;
    const start = at;
    let mantissa = 0;
    for (; at < to; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    this.digits = at - start;
    let exponent = 0;
    if (at < to && bytes[at] === point) {
      const behind = ++at;
      for (; at < to; at++) {
        const digit = bytes[at]! - zero;
        if (digit < 0 || digit > 9) break;
        mantissa = mantissa * 10 + digit;
      }
      exponent = behind - at;
      this.digits += at - behind;
    }
    this.at = from;
    if (this.digits === 0 || this.digits > mostDigits) return NaN;
    if (at < to && (bytes[at]! | 32) === letter) {
      at = this.#exponent(bytes, at + 1, to);
      exponent += this.#power;
    }
    if (at < 0 || exponent > 22 || exponent < -22) return NaN;
    this.at = at;
    const value = exponent < 0 ? mantissa / powers[-exponent]! : mantissa * powers[exponent]!;
    return first === minus ? -value : value;
  }

  /** Reads an exponent behind its letter; returns where it ends, or -1 where there is none. */
  #exponent(bytes: Uint8Array, from: number, to: number): number {
    const sign = bytes[from];
    let at = sign === minus || sign === plus ? from + 1 : from;
    const start = at;
    let power = 0;
    for (; at < to && bytes[at]! >= zero && bytes[at]! <= nine; at++) power = power * 10 + (bytes[at]! - zero);
    this.#power = sign === minus ? -power : power;
    return at === start ? -1 : at;
  }
}

/** First byte from `at` on that is no blank. */
export function skipBlanks(bytes: Uint8Array, at: number, to: number): number {
  while (at < to && (bytes[at] === space || bytes[at] === tab)) at++;
  return at;
}
