/** The page that a problem's `type` points at: every code, what it means and what to do. */
import { PROBLEMS } from '@uptake/domain/contract';
import type { FastifyInstance } from 'fastify';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'dt{margin-top:1.25rem;font-family:ui-monospace,monospace}dd{margin:0}:target{outline:2px solid;outline-offset:.4rem}';

export function registerProblemPage(app: FastifyInstance): void {
  const entries = Object.entries(PROBLEMS).map(
    ([code, { status, title, remedy }]) =>
      `<dt id="${code}">${status} ${code}</dt><dd>${escapeHtml(title)}.</dd><dd>${escapeHtml(remedy.replaceAll('`', ''))}</dd>`,
  );
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Problems · Uptake</title><style>${STYLE}</style><h1>Problems</h1><p>Every failed request is answered with one of these codes (RFC 9457).</p><dl>${entries.join('')}</dl></html>`;
  app.get('/docs/problems', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
