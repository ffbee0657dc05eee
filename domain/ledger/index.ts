export * from './catalogue.ts';
export * from './judge.ts';
export * from './metadata.ts';
export * from './planned.ts';
export * from './reads.ts';
