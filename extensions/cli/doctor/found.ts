/** Something that may be absent, with what is known of it, or one line that says how to get it. */
export type Found<T> =
  | ({
      /** It is there. */
      readonly available: true;
    } & T)
  | {
      /** It is absent. */
      readonly available: false;
      /** What is missing, and how to get it. */
      readonly remedy: string;
    };
