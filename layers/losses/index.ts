export * from './decide.ts';
export * from './hinge.ts';
export * from './squared.ts';
