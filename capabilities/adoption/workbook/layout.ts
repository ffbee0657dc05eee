/** The sheets and columns of the adoption workbooks. Their names are a contract with files already in customers' hands. */

export const SHEETS = {
  instructions: 'Instructions',
  values: 'Telemetry_Values',
  summary: 'Task_Summary',
  attributes: 'Telemetry Attributes',
  samples: 'Sample Values',
  daily: 'Daily Values',
} as const;

export type Column = {
  readonly header: string;
  readonly widthCharacters: number;
  /** Filled in by the customer; everything else is locked. */
  readonly kind: 'locked' | 'input' | 'input_date';
};

const locked = (header: string, widthCharacters: number): Column => ({ header, widthCharacters, kind: 'locked' });
const input = (header: string, widthCharacters: number): Column => ({ header, widthCharacters, kind: 'input' });
const inputDate = (header: string, widthCharacters: number): Column => ({
  header,
  widthCharacters,
  kind: 'input_date',
});

export const VALUES_COLUMNS = [
  locked('Task Seq', 9),
  locked('Task Name', 32),
  locked('Attribute Name', 28),
  locked('Data Type', 13),
  locked('Success Criteria (Info)', 34),
  input('Current Value', 20),
  inputDate('Date', 13),
  input('Notes', 36),
  locked('Is Met (Read-Only)', 19),
] as const;

export const SUMMARY_COLUMNS = [
  locked('Task Name', 32),
  locked('Total Attributes', 17),
  locked('Attributes Met', 16),
  locked('Completion %', 14),
  locked('Current Status', 17),
  locked('Recommended Status', 20),
] as const;

export const ATTRIBUTES_COLUMNS = [
  locked('Task Name', 32),
  locked('Attribute Name', 28),
  locked('Data Type', 13),
  locked('Success Criteria', 48),
  locked('Current Value', 20),
  locked('Last Updated', 14),
  locked('Notes', 36),
] as const;

/** Values that meet the criteria, for demonstrations: an example to copy from. */
export const SAMPLES_COLUMNS = [
  locked('Task Name', 32),
  locked('Attribute Name', 28),
  locked('Data Type', 13),
  locked('Sample Value', 20),
  locked('Success Criteria (Info)', 34),
] as const;

/** One row per attribute and day; rows may be copied for more days. */
export const DAILY_COLUMNS = [
  inputDate('Date', 13),
  input('Task Name', 32),
  input('Attribute Name', 28),
  input('Data Type', 13),
  input('Value', 20),
  input('Notes', 36),
] as const;

/** What an input sheet needs to be read, by meaning; the other columns may be missing or anywhere. */
export type InputColumn = 'seq' | 'task' | 'attribute' | 'dataType' | 'value' | 'date' | 'notes';

export type InputSheet = {
  readonly name: string;
  /** The first header is the one to write; the others are read too. */
  readonly headers: Readonly<Partial<Record<InputColumn, readonly string[]>>>;
};

export const REQUIRED_COLUMNS = ['task', 'attribute', 'value'] as const satisfies readonly InputColumn[];

const INPUT_HEADERS = {
  task: ['Task Name'],
  attribute: ['Attribute Name'],
  dataType: ['Data Type'],
  date: ['Date'],
  notes: ['Notes'],
} as const;

export const INPUT_SHEETS: readonly InputSheet[] = [
  { name: SHEETS.values, headers: { ...INPUT_HEADERS, seq: ['Task Seq'], value: ['Current Value'] } },
  { name: SHEETS.daily, headers: { ...INPUT_HEADERS, value: ['Value', 'Current Value'] } },
];

/** How a file says what it was made for: custom document properties, which spreadsheet programs keep. */
export const ORIGIN = { kind: 'UptakeKind', id: 'UptakeFor', version: 'UptakeVersion' } as const;
export type OriginKind = 'adoption_plan' | 'product_template';
