/** Where the numbers beyond the last whole vector are worked on: the caller leaves the first 256 bytes of memory free. */
export const overhang: usize = 0;
