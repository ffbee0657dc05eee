/** Finds the attribute that a row means, by the names in it. */
import type { OutlinedAttribute, OutlinedTask } from './subject.ts';

export type Match =
  | { readonly kind: 'found'; readonly task: OutlinedTask; readonly attribute: OutlinedAttribute }
  | { readonly kind: 'no_task' | 'no_attribute' | 'ambiguous' };

export class PlanIndex {
  /** By names, and by names and number where names alone are not unique. */
  readonly #byName = new Map<string, Match>();
  readonly #byNumber = new Map<string, Match>();
  readonly #tasks = new Set<string>();

  constructor(tasks: readonly OutlinedTask[]) {
    tasks.forEach((task, index) => {
      this.#tasks.add(plain(task.name));
      for (const attribute of task.attributes) {
        const names = key(task.name, attribute.name);
        const match: Match = { kind: 'found', task, attribute };
        this.#byName.set(names, this.#byName.has(names) ? { kind: 'ambiguous' } : match);
        const numbered = `${index + 1}\0${names}`;
        this.#byNumber.set(numbered, this.#byNumber.has(numbered) ? { kind: 'ambiguous' } : match);
      }
    });
  }

  /** A wrong number is forgiven where the names are unique: tasks may have been put into another order since. */
  find(sequence: number | undefined, taskName: string, attributeName: string): Match {
    const names = key(taskName, attributeName);
    const byName = this.#byName.get(names);
    if (byName?.kind === 'found') return byName;
    const byNumber = sequence === undefined ? undefined : this.#byNumber.get(`${sequence}\0${names}`);
    return byNumber ?? byName ?? { kind: this.#tasks.has(plain(taskName)) ? 'no_attribute' : 'no_task' };
  }
}

function key(taskName: string, attributeName: string): string {
  return `${plain(taskName)}\0${plain(attributeName)}`;
}

/** Capitals count; spaces at the ends and the ways to write one letter do not. */
function plain(name: string): string {
  return name.normalize('NFC').trim();
}
