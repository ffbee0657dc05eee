/** A document as one page of HTML: no script, nothing fetched, made to be read on a screen and to be printed. */
import { renderChart } from './chart.ts';
import type { ReportDocument, Section, Table, Tile } from './document.ts';
import { escapeHtml } from './escape.ts';
import { formatCell, formatChange, formatNumber } from './format.ts';

/** For the header of the reply: whatever text the figures hold, the page can run and fetch nothing. */
export const DOCUMENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function renderHtml({ title, subtitle, facts, sections }: ReportDocument): string {
  const known = facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(subtitle)}</p><dl>${known.join('')}</dl></header>
<main>
${sections.map(renderSection).join('\n')}
</main>
</body>
</html>
`;
}

function renderSection({ heading, note, tiles, chart, table }: Section): string {
  const parts = [
    `<h2>${escapeHtml(heading)}</h2>`,
    note === undefined ? '' : `<p class="note">${escapeHtml(note)}</p>`,
    tiles === undefined ? '' : `<div class="tiles">${tiles.map(renderTile).join('')}</div>`,
    chart === undefined ? '' : renderChart(chart, heading),
    table === undefined ? '' : renderTable(table, heading),
  ];
  return `<section>${parts.join('\n')}</section>`;
}

function renderTile({ label, value, previous, kind }: Tile): string {
  const change = formatChange(value, previous);
  const compared =
    change === '' ? '' : `<p class="change">${change} <span>from ${formatNumber(previous, kind)}</span></p>`;
  return `<div class="tile"><p class="label">${escapeHtml(label)}</p><p class="value">${formatNumber(value, kind)}</p>${compared}</div>`;
}

function renderTable({ columns, rows }: Table, heading: string): string {
  const head = columns.map(
    ({ label, kind }) => `<th scope="col"${kind === 'text' ? '' : ' class="number"'}>${escapeHtml(label)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(({ kind }, index) => {
      const text = escapeHtml(formatCell(row[index], kind));
      if (index === 0) return `<th scope="row">${text}</th>`;
      return kind === 'text' ? `<td>${text}</td>` : `<td class="number">${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="table"><table><caption>${escapeHtml(heading)}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

const STYLE = `
:root{color-scheme:light;--ink:#14181f;--quiet:#545d6b;--line:#d9dde3;--soft:#f5f6f8}
*{box-sizing:border-box}
body{margin:0 auto;padding:32px 20px 64px;max-width:880px;font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:#fff}
h1{font-size:28px;line-height:1.2;margin:0}
header>p{margin:6px 0 0;color:var(--quiet);font-size:16px}
dl{display:flex;flex-wrap:wrap;gap:8px 28px;margin:18px 0 0;padding:12px 0;border-block:1px solid var(--line);font-size:13px}
dt{color:var(--quiet)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}
section{margin-top:34px;break-inside:avoid-page}
h2{font-size:18px;margin:0 0 8px}
.note{margin:0 0 12px;color:var(--quiet);font-size:13.5px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px}
.tile{border:1px solid var(--line);border-radius:8px;padding:12px 14px}
.tile p{margin:0}
.label{color:var(--quiet);font-size:13px}
.value{font-size:26px;font-weight:650;font-variant-numeric:tabular-nums}
.change{font-size:13px;font-weight:600}.change span{color:var(--quiet);font-weight:400}
figure{margin:14px 0}svg{display:block;width:100%;height:auto}
.grid{stroke:var(--line)}.tick{font-size:11px;fill:var(--quiet)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:8px 0 0;padding:0;font-size:13px}
.legend span{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.table{overflow-x:auto;margin-top:12px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);font-weight:400;overflow-wrap:anywhere}
thead th{color:var(--quiet);font-weight:600;background:var(--soft);white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr{break-inside:avoid}
@page{margin:16mm}
@media print{body{padding:0;max-width:none;font-size:11pt}.table{overflow:visible}thead{display:table-header-group}section{margin-top:22px}}
`;
