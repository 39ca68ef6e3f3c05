/** 0.98213 as `98.21 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** 12345 as `12,345`. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Bytes in GiB, e.g. `1.2 GiB`; less than 0.1 GiB in MiB. */
export const gibibytes = (bytes: number): string =>
  bytes < 2 ** 30 / 10 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** 83 as `1:23`, 4321 as `1:12:01`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = `${Math.floor(whole / 60) % 60}`;
  const hours = Math.floor(whole / 3600);
  return `${hours > 0 ? `${hours}:${minutes.padStart(2, '0')}` : minutes}:${two(whole % 60)}`;
}

/** A word as a shell takes it: in quotes where it needs them. */
export const shellWord = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
