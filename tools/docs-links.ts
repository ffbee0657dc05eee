/** Finds links in Markdown that lead nowhere in this repository. Addresses elsewhere are left alone. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Finding } from './sources.ts';

const LINK = /(?:\]\(|\b(?:src|srcset|href)=")([^)"\s]+)/g;

export function checkLinks(root: string, files: readonly string[]): readonly Finding[] {
  const known = new Set(files.flatMap(withFolders));
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => deadLinks(file, readFileSync(join(root, file), 'utf8'), root, known));
}

function deadLinks(file: string, text: string, root: string, known: ReadonlySet<string>): readonly Finding[] {
  return withoutCode(text)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(LINK)].flatMap(([, link = '']) => {
        if (/^[a-z][a-z+.-]*:|^\/\//i.test(link)) return [];
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, '');
        const isDead =
          !known.has(target) || (anchor && target.endsWith('.md') && !anchorsOf(join(root, target)).has(anchor));
        if (!isDead) return [];
        return [{ file, line: index + 1, rule: 'dead-link', message: `The link "${link}" leads nowhere.` }];
      }),
    );
}

function withFolders(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Lines stay where they are; what stands in code is no link. */
function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, ' '));
}

/** Headings as GitHub names them, and ids set by hand. */
function anchorsOf(path: string): ReadonlySet<string> {
  const text = readFileSync(path, 'utf8');
  const headings = [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)]);
}
