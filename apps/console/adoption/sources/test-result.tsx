/** What a test of a source brought, and what each row would become. Nothing of it is stored. */
import type { Json, MappedRow, SourceTest } from '../types.ts';

export function TestResult({ result }: { result: SourceTest }) {
  return (
    <section aria-label="Result of the test" className={`rounded-lg p-3 ${result.ok ? 'bg-good-soft' : 'bg-bad-soft'}`}>
      <p role="status" className="break-words text-ink">
        {result.ok ? '✓ ' : '✗ '}
        {result.message} <span className="text-muted">{result.tookMs} ms</span>
      </p>
      {result.rows.length > 0 && <Rows rows={result.rows} />}
    </section>
  );
}

function Rows({ rows }: { rows: readonly MappedRow[] }) {
  return (
    <div className="relative mt-2 max-h-56 overflow-auto rounded-md bg-surface" tabIndex={-1}>
      <table className="w-full min-w-[30rem] text-left text-xs" aria-label="Rows and what they become">
        <thead className="text-muted">
          <tr>
            {['Row', 'Attribute', 'As it came', 'Value', 'Day'].map((title) => (
              <th key={title} className="px-2 py-1.5 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {rows.map((row) => (
            <tr key={row.row}>
              <td className="px-2 py-1.5">{row.row}</td>
              <td className="px-2 py-1.5">{[row.task, row.attribute].filter(Boolean).join(' · ') || '–'}</td>
              <td className="px-2 py-1.5 font-mono break-all text-muted">{inJson(row.raw)}</td>
              <td className="px-2 py-1.5 break-words">
                {row.problem ? <span className="text-bad">✗ {row.problem}</span> : inJson(row.value)}
              </td>
              <td className="px-2 py-1.5 whitespace-nowrap">{row.day ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const inJson = (value: Json | undefined) => (value === undefined || value === null ? '–' : JSON.stringify(value));
