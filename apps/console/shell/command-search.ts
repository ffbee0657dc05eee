/** Finds commands by what a person types: every word must occur, earlier and at word starts counts more. */

export type Searchable = { label: string; keywords?: string };

export function searchCommands<T extends Searchable>(commands: readonly T[], query: string, limit: number): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands.slice(0, limit);
  return commands
    .map((command) => ({ command, score: scoreOf(command, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ command }) => command);
}

/** 0 when a word is missing. A label's word start beats its middle, and both beat keywords. */
function scoreOf(command: Searchable, words: readonly string[]): number {
  const label = command.label.toLowerCase();
  const keywords = command.keywords?.toLowerCase() ?? '';
  let score = 0;
  for (const word of words) {
    const at = label.indexOf(word);
    if (at === 0) score += 8;
    else if (at > 0) score += /[^a-z0-9]/.test(label[at - 1] ?? '') ? 5 : 2;
    else if (keywords.includes(word)) score += 1;
    else return 0;
  }
  return score + 1 / label.length;
}
