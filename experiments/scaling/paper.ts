/** Times that Taylor et al. 2016 report, in seconds to a test accuracy, by cores. */
export interface PaperCurve {
  /** What was trained. */
  readonly name: string;
  /** The accuracy. */
  readonly threshold: number;
  /** Cores and seconds, read off the vector paths of the figure. */
  readonly points: readonly (readonly [cores: number, seconds: number])[];
}

/** Figure 1a: SVHN 0 against 2 on HOG, 648-100-50-1, 120,290 samples. */
export const paperSvhn: PaperCurve = {
  name: 'SVHN',
  threshold: 0.95,
  points: [
    [1, 750.5],
    [2, 373.4],
    [4, 198.1],
    [8, 116.3],
    [12, 91.2],
    [24, 49.8],
    [48, 25.4],
    [96, 18.7],
    [192, 18.1],
    [312, 17.1],
    [504, 16.4],
    [744, 16.0],
    [1008, 13.8],
    [1248, 13.5],
    [1512, 15.7],
    [2016, 15.8],
    [2496, 13.5],
  ],
};

/** Figure 2a: Higgs, 28-300-1, 10.5 million samples. */
export const paperHiggs: PaperCurve = {
  name: 'Higgs',
  threshold: 0.64,
  points: [
    [240, 303.8],
    [360, 192.5],
    [480, 135.8],
    [1200, 41.6],
    [3600, 14.0],
    [4800, 11.6],
    [6000, 9.5],
    [7200, 7.8],
  ],
};
