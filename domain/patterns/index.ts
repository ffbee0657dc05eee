/** Patterns that customers write: what is refused, and matching that no pattern and no text can slow down. */
export { compilePattern, patternProblem } from './pattern.ts';
export { PatternRefused } from './pattern-syntax.ts';
