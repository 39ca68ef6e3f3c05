export * from './shapes.ts';
export * from './typed-arrays.ts';
