/** How the tests are run: four projects, from quick to slow. `tools/check.ts` fails when a test file belongs to none. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Glob patterns per project; every `*.test.ts` of the repository matches exactly one. */
export const TEST_PROJECTS = {
  /** Rules, rooms and capabilities on the real embedded stores. */
  unit: ['{domain,io,capabilities,apps,tools,bench,conformance}/**/*.test.{ts,tsx}'],
  /** The command line and the start of the server, as a person runs them. */
  commands: ['tests/commands/**/*.test.ts'],
  /** Whole processes that are killed, filled up and started again. */
  durability: ['tests/durability/**/*.test.ts'],
  /** A real Chromium against a real server. */
  browser: ['tests/browser/**/*.test.ts'],
} as const;

/** One more than the cores there must be: what tests wait for (disks, processes, pages) leaves a fifth of two idle. */
const WORKERS = 3;

/** These begin before all others of their group: begun last, the longest would run alone for minutes. */
const LONGEST = [
  'tests/durability/accepted-events.test.ts',
  'tests/browser/governed.test.ts',
  'tests/commands/command-line.test.ts',
  'tests/browser/adoption.test.ts',
  'tests/commands/refusals.test.ts',
  'tests/browser/adoption-sources.test.ts',
  'tests/durability/dead-letters.test.ts',
  'capabilities/govern/erasure/crash.test.ts',
  'apps/server/role-matrix.test.ts',
  'io/event-store/upkeep.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

const NEVER = ['**/node_modules/**', '**/dist/**'];

/**
 * Packages are the same files for our modules, which Vite resolves, as for other packages, which Node does: `graphql` has
 * a build of its own for the condition "development", and a schema of one build is none to the other.
 */
const AS_NODE_DOES = { resolve: { conditions: ['module-sync', 'node'] } };

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ssr: AS_NODE_DOES,
        test: {
          name: 'unit',
          include: [...TEST_PROJECTS.unit],
          exclude: NEVER,
          // Ten times what the slowest needs alone, so that a busy machine fails nothing and a hanging test still ends.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          // Loading the engines and the server anew for each of two hundred files is a fifth of the time of all tests.
          // What a file changes in its process it sets back; stores and servers have directories of their own.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'commands',
          include: [...TEST_PROJECTS.commands],
          exclude: NEVER,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'durability',
          include: [...TEST_PROJECTS.durability],
          exclude: NEVER,
          testTimeout: 300_000,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: [...TEST_PROJECTS.browser],
          exclude: NEVER,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
