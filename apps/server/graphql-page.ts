/** The page at `GET /graphql`: try an operation in the present session and read the schema. Nothing comes from elsewhere. */
import { createHash } from 'node:crypto';

const FIRST_OPERATION = `query Portfolio {
  portfolio {
    plans
    averageCombined
  }
  adoptionPlans(first: 10) {
    nodes {
      name
      customer { name }
      progress { combined { percentage } }
      health { health }
    }
  }
}`;

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.15rem; }
form { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
label { display: block; font-weight: 600; }
textarea, pre { box-sizing: border-box; width: 100%; font: 13px/1.45 ui-monospace, monospace; }
textarea { height: 20rem; }
#variables { height: 6rem; }
pre { overflow: auto; max-height: 40rem; padding: .75rem; border: 1px solid #8884; border-radius: .4rem; white-space: pre-wrap; margin: 0; }
button, select { font: inherit; padding: .35rem 1rem; }
select { width: 100%; }
:focus-visible { outline: 2px solid #2563eb; outline-offset: 2px; }
`;

const SCRIPT = `
const form = document.querySelector('form');
const answer = document.querySelector('#answer');
fetch('/api/v1/me').then(async (response) => {
  const { workspaces } = await response.json();
  for (const { id, name } of workspaces) form.workspace.add(new Option(name, id));
});
form.addEventListener('submit', async (submission) => {
  submission.preventDefault();
  answer.textContent = 'Asking…';
  const started = performance.now();
  try {
    const variables = form.variables.value.trim() === '' ? {} : JSON.parse(form.variables.value);
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        'x-uptake-workspace': form.workspace.value,
      },
      body: JSON.stringify({ query: form.query.value, variables }),
    });
    const took = Math.round(performance.now() - started);
    answer.textContent = response.status + ' in ' + took + ' ms\\n' + JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    answer.textContent = String(error);
  }
});
form.addEventListener('keydown', (key) => {
  if (key.key === 'Enter' && (key.ctrlKey || key.metaKey)) form.requestSubmit();
});
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const GRAPHQL_PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** `schema` is the schema as text. */
export function graphqlPage(schema: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>GraphQL · Uptake</title>
<style>${STYLE}</style>
<h1>GraphQL</h1>
<p>Operations are sent with <code>POST /graphql</code>, with a secret key (<code>Authorization: Bearer KEY</code>) or, as from this
page, in your session. Files go as <code>multipart/form-data</code>.</p>
<form>
<div>
<label for="workspace">Workspace</label><select id="workspace" name="workspace"></select>
<label for="query">Operation</label><textarea id="query" name="query" spellcheck="false">${escapeHtml(FIRST_OPERATION)}</textarea>
<label for="variables">Variables (JSON)</label><textarea id="variables" name="variables" spellcheck="false"></textarea>
<button>Run (Ctrl+Enter)</button>
</div>
<div><label for="answer">Answer</label><pre id="answer" role="status" tabindex="0"></pre></div>
</form>
<h2>Schema</h2>
<pre tabindex="0" aria-label="Schema">${escapeHtml(schema)}</pre>
<script>${SCRIPT}</script>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
