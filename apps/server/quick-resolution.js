// Loaded before everything else (`node --import`). Plain JavaScript, for Node 18 and up.
//
// The package.json of drizzle-orm has 179 KB, of which nearly all are `exports`. Node reads them out again for each of its
// modules and parses them again for each of ours that imports it: 0.6 s of processor time and 170 MB of a start. Its
// modules all are ES modules whose imports name files, and it is installed once, so the answers are known beforehand.
import * as nodeModule from 'node:module';

const PACKAGE = 'drizzle-orm';
const INSIDE = `/node_modules/${PACKAGE}/`;
const resolved = new Map();

/** Of a module outside of packages: the answer Node gave to the first that asked. */
function resolveOnce(specifier, context, next) {
  let known = resolved.get(specifier);
  if (known === undefined) {
    known = { ...next(specifier, context), shortCircuit: true };
    resolved.set(specifier, known);
  }
  return known;
}

// Older versions of Node have no such hooks and do without.
nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    const parent = context.parentURL ?? '';
    if (specifier === PACKAGE || specifier.startsWith(`${PACKAGE}/`))
      return parent.includes('/node_modules/') ? next(specifier, context) : resolveOnce(specifier, context, next);
    if (specifier.startsWith('.') && specifier.endsWith('.js') && parent.includes(INSIDE))
      return { url: new URL(specifier, parent).href, format: 'module', shortCircuit: true };
    return next(specifier, context);
  },
});
