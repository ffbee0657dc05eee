/** What a database is asked: where it is, one statement that reads, and which columns are what. */
import { Segmented } from '../../ui/segmented.tsx';
import { CodeArea, ConfigChoice, ConfigNumber, ConfigText, Part, type SourceForm } from './config-fields.tsx';
import { textAt, withValue } from './config-places.ts';

const ENGINES = [
  { value: 'postgresql', label: 'PostgreSQL' },
  { value: 'mysql', label: 'MySQL or MariaDB' },
  { value: 'clickhouse', label: 'ClickHouse' },
] as const;
const PORTS: Readonly<Record<string, string>> = { postgresql: '5432', mysql: '3306', clickhouse: '8443' };

export function DatabaseForm({ form }: { form: SourceForm }) {
  const { config, setConfig, errorAt } = form;
  const engine = textAt(config, '/engine');
  const isColumns = textAt(config, '/mapping/kind') === 'columns';
  return (
    <>
      <Part title="Database">
        <div className="grid gap-3 sm:grid-cols-2">
          <ConfigChoice
            form={form}
            at="/engine"
            label="Engine"
            fallback=""
            choices={ENGINES}
            onChoose={(value) => setConfig(withValue(withValue(config, '/engine', value), '/tls_authority', undefined))}
          />
          <ConfigText form={form} at="/database" label="Database" isRequired />
          <ConfigText form={form} at="/host" label="Host" isRequired placeholder="db.example.com" />
          <ConfigNumber form={form} at="/port" label="Port" min={1} max={65_535} placeholder={PORTS[engine] ?? ''} />
          <ConfigChoice
            form={form}
            at="/tls"
            label="TLS"
            fallback="verify"
            choices={[
              { value: 'verify', label: 'Encrypted, certificate checked' },
              { value: 'off', label: 'Off' },
            ]}
          />
          <ConfigNumber
            form={form}
            at="/timeout_seconds"
            label="Seconds it may take"
            min={1}
            max={120}
            placeholder="30"
          />
        </div>
        {engine !== 'clickhouse' && textAt(config, '/tls') !== 'off' && <Authority form={form} />}
      </Part>
      <Part title="Query">
        <CodeArea
          label="One statement that reads"
          place="/query"
          isRequired
          value={textAt(config, '/query')}
          error={errorAt('/query')}
          hint="{{tenant_id}} and {{day}} are parameters: write them without quotes. Give the source a user that may only read."
          onChange={(text) => setConfig(withValue(config, '/query', text || undefined))}
        />
      </Part>
      <Part
        title="Values in the rows"
        aside={
          <Segmented
            label="How values are found"
            value={isColumns ? 'columns' : 'rows'}
            onChange={(kind) =>
              setConfig(
                withValue(
                  config,
                  '/mapping',
                  kind === 'columns' ? { kind } : { kind, attribute: 'attribute', value: 'value', day: 'day' },
                ),
              )
            }
            choices={[
              { value: 'rows', label: 'Each row is a value' },
              { value: 'columns', label: 'Columns are attributes' },
            ]}
          />
        }
      >
        {isColumns ? <OneRow form={form} /> : <ColumnNames form={form} />}
      </Part>
    </>
  );
}

function Authority({ form: { config, setConfig, errorAt } }: { form: SourceForm }) {
  return (
    <details open={textAt(config, '/tls_authority') !== ''}>
      <summary className="cursor-pointer text-muted hover:text-ink">An authority of your own</summary>
      <div className="mt-2">
        <CodeArea
          label="Its certificates in PEM"
          place="/tls_authority"
          value={textAt(config, '/tls_authority')}
          error={errorAt('/tls_authority')}
          onChange={(text) => setConfig(withValue(config, '/tls_authority', text || undefined))}
        />
      </div>
    </details>
  );
}

function OneRow({ form }: { form: SourceForm }) {
  return (
    <>
      <p className="text-xs text-muted">
        The query answers one row, whose columns are named after attributes of the plan.
      </p>
      <ConfigText
        form={form}
        at="/mapping/task"
        label="Task (optional)"
        hint="Needed where tasks share the name of an attribute."
      />
    </>
  );
}

function ColumnNames({ form }: { form: SourceForm }) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <ConfigText form={form} at="/mapping/attribute" label="Column of the attribute’s name" isRequired />
      <ConfigText form={form} at="/mapping/value" label="Column of the value" isRequired />
      <ConfigText form={form} at="/mapping/day" label="Column of the day (optional)" hint="Absent: today in UTC." />
      <ConfigText form={form} at="/mapping/task" label="Column of the task (optional)" />
    </div>
  );
}
