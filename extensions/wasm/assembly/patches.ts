/**
 * Copies the patches of one row of outputs, each `lines` lines of `line` bytes, one after the other. Up to 15 bytes behind the image
 * are read, and as many behind the last patch are overwritten.
 */
export function unfold(
  image: usize,
  pitch: usize,
  step: usize,
  lines: usize,
  line: usize,
  across: usize,
  patches: usize,
): void {
  let to = patches;
  for (let x: usize = 0; x < across; x++) {
    let from = image + x * step;
    for (let k: usize = 0; k < lines; k++) {
      for (let i: usize = 0; i < line; i += 16) v128.store(to + i, v128.load(from + i));
      to += line;
      from += pitch;
    }
  }
}

/** The transpose of {@link unfold}: adds every number of the patches to where it came from. */
export function fold<T>(
  image: usize,
  pitch: usize,
  step: usize,
  lines: usize,
  line: usize,
  across: usize,
  patches: usize,
): void {
  const whole = line & ~15;
  let from = patches;
  for (let x: usize = 0; x < across; x++) {
    let to = image + x * step;
    for (let k: usize = 0; k < lines; k++) {
      for (let i: usize = 0; i < whole; i += 16) {
        v128.store(to + i, v128.add<T>(v128.load(to + i), v128.load(from + i)));
      }
      for (let i = whole; i < line; i += sizeof<T>()) store<T>(to + i, load<T>(to + i) + load<T>(from + i));
      from += line;
      to += pitch;
    }
  }
}
