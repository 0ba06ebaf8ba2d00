/** Colours of printed documents in sRGB, each from 0 to 1. */
export type Colour = readonly [number, number, number];

/** Text; 15:1 on white. */
export const ink: Colour = [0.114, 0.125, 0.161];
/** Labels and captions; 6.7:1 on white. */
export const quiet: Colour = [0.345, 0.357, 0.392];
/** The seal and what belongs to it; 5.6:1 on white. */
export const vermilion: Colour = [0.745, 0.18, 0.106];
/** Hairlines. */
export const hairline: Colour = [0.82, 0.79, 0.74];
/** Line work of the frame. */
export const bronze: Colour = [0.64, 0.53, 0.38];
/** Words across a specimen; light enough to read text above it. */
export const specimen: Colour = [0.965, 0.91, 0.89];
export const white: Colour = [1, 1, 1];
