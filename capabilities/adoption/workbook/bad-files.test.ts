import { afterAll, describe, expect, test } from 'vitest';
import { createWorkbookReader, exportPlan, FILE_LIMITS, importPlanWorkbook } from './index.ts';
import { NOW_MS, PLAN, TODAY } from './workbook.fixture.ts';
import { partsOf, withParts, withText, zip } from './zip.fixture.ts';

const { bytes } = await exportPlan(PLAN, NOW_MS, TODAY);
const VALUES_SHEET = 'xl/worksheets/sheet2.xml';

async function refusalOf(file: Uint8Array) {
  const result = await importPlanWorkbook(file, PLAN, TODAY);
  return result.kind === 'refused' ? result.refusal : result;
}

const ole = (content: string) =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(600),
    Buffer.from(content, 'utf16le'),
    Buffer.alloc(600),
  ]);

describe('a file that is no workbook', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'empty_file'],
    ['an old .xls', ole('Workbook'), 'old_excel_format'],
    ['one protected with a password', ole('EncryptedPackage'), 'password_protected'],
    ['a renamed .csv', Buffer.from('Task Name;Attribute Name;Current Value\nSSO;sso;true\n'), 'text_file'],
    ['a web page', Buffer.from('<!DOCTYPE html><html><body>Sign in</body></html>'), 'not_a_workbook'],
    ['an XML spreadsheet', Buffer.from('\ufeff<?xml version="1.0"?><Workbook/>'), 'not_a_workbook'],
    ['a PDF', Buffer.from('%PDF-1.7\n'), 'not_a_workbook'],
    ['random bytes', Buffer.from([0, 1, 2, 3, 255, 254]), 'not_a_workbook'],
    ['a .zip of something else', zip([{ name: 'readme.txt', content: Buffer.from('hi') }]), 'not_a_workbook'],
    [
      'a .docx',
      zip([
        { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
        { name: 'word/document.xml', content: Buffer.from('<w/>') },
      ]),
      'not_a_workbook',
    ],
    [
      'an .ods',
      zip([
        { name: 'mimetype', content: Buffer.from('x') },
        { name: 'content.xml', content: Buffer.from('<x/>') },
      ]),
      'open_document',
    ],
    [
      'an .xlsb',
      zip([
        { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
        { name: 'xl/workbook.bin', content: Buffer.from('x') },
      ]),
      'binary_excel_format',
    ],
    ['half a workbook', Buffer.from(bytes.subarray(0, bytes.length / 2)), 'damaged_file'],
  ])('is recognised: %s', async (_, file, code) => {
    const refusal = await refusalOf(file);
    expect(refusal).toMatchObject({ code });
    expect(refusal).toMatchObject({ reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
  });
});

describe('a file that is too large', () => {
  test('is refused at ten megabytes and one byte, not at ten megabytes', async () => {
    const padded = (size: number) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(size - bytes.length)]);
    expect(FILE_LIMITS.maxFileBytes).toBe(10_485_760);
    expect(await refusalOf(padded(10_485_761))).toMatchObject({
      code: 'file_too_large',
      reason: 'The file is too large: 10485761 bytes, where 10485760 are allowed.',
    });
    // Its directory ends too far from its end, but it is looked at.
    expect(await refusalOf(padded(10_485_760))).toMatchObject({ code: 'damaged_file' });
  });

  test('is refused by what it says to unpack to, before anything is unpacked', async () => {
    const parts = await partsOf(bytes);
    const bomb = zip([
      ...[...parts].map(([name, content]) => ({ name, content })),
      ...Array.from({ length: 5 }, (_, index) => ({
        name: `xl/media/${index}.xml`,
        content: Buffer.alloc(10 * 1024 * 1024),
      })),
    ]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusalOf(bomb)).toMatchObject({ code: 'inflates_too_far' });
  });

  test('is refused where a part unpacks to more than it says', async () => {
    const parts = [...(await partsOf(bytes))].map(([name, content]) => ({ name, content }));
    const lying = parts.map((part) =>
      part.name === VALUES_SHEET
        ? { ...part, content: Buffer.alloc(300 * 1024 * 1024, ' '), declaredBytes: 100 }
        : part,
    );
    const before = process.memoryUsage().rss;
    expect(await refusalOf(zip(lying))).toMatchObject({ code: 'inflates_too_far' });
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    const less = parts.map((part) =>
      part.name === VALUES_SHEET ? { ...part, declaredBytes: part.content.length + 1 } : part,
    );
    expect(await refusalOf(zip(less))).toMatchObject({ code: 'damaged_file' });
    const nothing = parts.map((part) => (part.name === VALUES_SHEET ? { ...part, declaredBytes: 0 } : part));
    expect(await refusalOf(zip(nothing))).toMatchObject({ code: 'inflates_too_far' });
  });

  test('is refused by the number of its parts', async () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`xl/media/image${index}.png`, 'x']));
    expect(await refusalOf(await withParts(bytes, many))).toMatchObject({ code: 'too_many_parts' });
  });

  test('is refused with more rows than are read, and read where they are merely coloured', async () => {
    const blank = (row: number) => `<row r="${row}"><c r="F${row}" s="6"/></row>`;
    const filled = (row: number) => `<row r="${row}"><c r="F${row}"><v>1</v></c></row>`;
    const append = (row: string) => (text: string) =>
      text.replace('</sheetData>', `${row}</sheetData>`).replace('ref="A1:I7"', 'ref="A1:XFD1048576"');
    const coloured = await importPlanWorkbook(
      await withText(bytes, VALUES_SHEET, append(blank(1_048_576))),
      PLAN,
      TODAY,
    );
    expect(coloured).toMatchObject({ kind: 'read', errors: [], values: { length: 4 } });
    expect(await refusalOf(await withText(bytes, VALUES_SHEET, append(filled(1_048_576))))).toMatchObject({
      code: 'too_many_rows',
      reason: 'A sheet has too many rows: row 1048576 is filled, where 20000 rows are allowed.',
    });
    // Rows out of order hide the last one from the count; what lies beyond the limit is not read either way.
    const first = (text: string) => text.replace('<sheetData>', `<sheetData>${filled(1_000_000)}`);
    expect(await importPlanWorkbook(await withText(bytes, VALUES_SHEET, first), PLAN, TODAY)).toMatchObject({
      kind: 'read',
      rowCount: 6,
    });
  });
});

describe('a file with more than values in it', () => {
  test.each([
    ['macros', { 'xl/vbaProject.bin': 'x' }, 'has_macros'],
    ['macros of Excel 4', { 'xl/macrosheets/sheet1.xml': '<x/>' }, 'has_macros'],
    ['links to other workbooks', { 'xl/externalLinks/externalLink1.xml': '<x/>' }, 'has_external_links'],
    ['connections', { 'xl/connections.xml': '<x/>' }, 'has_external_links'],
    ['embedded objects', { 'xl/embeddings/oleObject1.bin': 'x' }, 'has_embedded_objects'],
    ['controls', { 'xl/activeX/activeX1.xml': '<x/>' }, 'has_embedded_objects'],
    ['a part outside of it', { '../../evil.xml': '<x/>' }, 'damaged_file'],
    ['a part twice', { 'XL/workbook.xml': '<x/>' }, 'damaged_file'],
    ['a part in another encoding', { 'xl/extra.xml': Buffer.from('\ufeff<x/>', 'utf16le') }, 'damaged_file'],
    [
      'a picture from elsewhere',
      {
        'xl/drawings/_rels/drawing1.xml.rels':
          '<Relationships><Relationship Id="1" Type="http://x/image" Target="http://evil.example/?hyperlink" TargetMode="External"/></Relationships>',
      },
      'has_external_links',
    ],
  ])('is refused: %s', async (_, parts, code) => {
    expect(await refusalOf(await withParts(bytes, parts as Record<string, string>))).toMatchObject({ code });
  });

  test('may have links in its notes, which spreadsheets make of addresses by themselves', async () => {
    const rels =
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://customer.example/wiki" TargetMode="External"/></Relationships>';
    expect(
      await importPlanWorkbook(await withParts(bytes, { 'xl/worksheets/_rels/sheet2.xml.rels': rels }), PLAN, TODAY),
    ).toMatchObject({ kind: 'read', errors: [] });
  });

  test('is refused as a macro workbook by its content type alone', async () => {
    const macro = await withText(bytes, '[Content_Types].xml', (text) =>
      text
        .replace('spreadsheetml.sheet.main+xml', 'sheet.macroEnabled.main+xml')
        .replace('openxmlformats-officedocument.sheet', 'ms-excel.sheet'),
    );
    expect(await refusalOf(macro)).toMatchObject({ code: 'has_macros' });
  });

  test.each([
    ['entities that multiply', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'],
    ['an entity from a file', '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ['a document type from elsewhere', '<!doctype worksheet SYSTEM "http://evil.example/x.dtd">'],
  ])('is refused: %s', async (_, declaration) => {
    const file = await withText(bytes, VALUES_SHEET, (text) => text.replace('?>', `?>${declaration}`));
    expect(await refusalOf(file)).toMatchObject({
      code: 'has_entities',
      reason: expect.stringContaining(VALUES_SHEET),
    });
  });

  test('is refused where single parts are encrypted', async () => {
    const parts = [...(await partsOf(bytes))].map(([name, content]) => ({ name, content, flags: 1 }));
    expect(await refusalOf(zip(parts))).toMatchObject({ code: 'password_protected' });
  });
});

test('a damaged file is refused whatever byte is damaged, and never breaks the reader', async () => {
  const whole = Buffer.from(bytes);
  let random = 20_261_121;
  const next = (below: number) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 1;
    return random % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const damaged = Buffer.from(whole);
    for (let count = 1 + next(4); count > 0; count -= 1) damaged[next(damaged.length)] = next(256);
    const result = await importPlanWorkbook(damaged, PLAN, TODAY);
    expect(['refused', 'read']).toContain(result.kind);
  }
});

test('XML that breaks off is a damaged file, not one with fewer rows', async () => {
  const half = await withText(bytes, VALUES_SHEET, (text) => text.slice(0, text.indexOf('<row r="4"')));
  expect(await refusalOf(half)).toMatchObject({ code: 'damaged_file', reason: expect.stringContaining('breaks off') });
});

test('XML that nests without end or names cells that cannot be takes neither stack nor memory', async () => {
  const nested = await withText(bytes, VALUES_SHEET, (text) =>
    text.replace('<sheetData>', `${'<a>'.repeat(100_000)}<sheetData>`),
  );
  const misnamed = await withText(bytes, VALUES_SHEET, (text) => text.replace('r="A1"', 'r="AAAAAAA99999999999"'));
  for (const file of [nested, misnamed]) {
    expect(await importPlanWorkbook(file, PLAN, TODAY)).toMatchObject({ kind: 'read', values: { length: 4 } });
  }
});

describe('a file that is small and takes much work', () => {
  const reader = createWorkbookReader({ timeoutMs: 8_000, heapMb: 512, maxWaiting: 8, idleMs: 1_000 });
  afterAll(() => reader.close());
  const read = async (file: Uint8Array) => {
    const result = await reader.readPlan(file, PLAN, TODAY);
    return result.kind === 'refused' ? result.refusal : result;
  };
  const inlineText = (cell: string, text: string) => `<c r="${cell}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const withRows = (rows: string) => (text: string) => text.replace('</sheetData>', `${rows}</sheetData>`);

  test.each([
    ['one tag without an end', `<${'a'.repeat(1_000_000)}`],
    ['tags without an end', '<a'.repeat(1_000_000)],
  ])('is refused at once: %s', async (_, part) => {
    expect(await read(await withParts(bytes, { 'xl/extra.xml': part }))).toMatchObject({ code: 'damaged_file' });
  });

  test('is read at once where a percentage is a desert of spaces, and no part of it is taken', async () => {
    const [task, name] = ['User Training', 'completion_rate'];
    const cells = [inlineText('B9', task), inlineText('C9', name), inlineText('F9', `7${' '.repeat(200_000)}5 %`)];
    const file = await withText(bytes, VALUES_SHEET, withRows(`<row r="9">${cells.join('')}</row>`));
    expect(await read(file)).toMatchObject({ kind: 'read', errors: [{ cell: 'F9', code: 'not_a_percentage' }] });
  });

  test('is read at once where thousands of cells name one text of megabytes', async () => {
    const strings = (await partsOf(bytes)).get('xl/sharedStrings.xml')?.toString() ?? '';
    const index = strings.split('<si>').length - 1;
    const cells = (row: number) =>
      ['B', 'C', 'F'].map((letter) => `<c r="${letter}${row}" t="s"><v>${index}</v></c>`).join('');
    const rows = Array.from({ length: 2_000 }, (_, row) => `<row r="${row + 9}">${cells(row + 9)}</row>`).join('');
    const file = await withParts(await withText(bytes, VALUES_SHEET, withRows(rows)), {
      'xl/sharedStrings.xml': strings.replace('</sst>', `<si><t>${'é '.repeat(3_000_000)}</t></si></sst>`),
    });
    const result = await read(file);
    expect(result).toMatchObject({ kind: 'read', errors: { length: 2_000 } });
    expect('errors' in result && result.errors[0]?.reason.length).toBeLessThan(200);
  });

  test('is refused where a number format is megabytes long', async () => {
    const file = await withText(bytes, 'xl/styles.xml', (text) =>
      text.replace(/formatCode="[^"]*"/, `formatCode="${'0'.repeat(2_000_000)}"`),
    );
    expect(await read(file)).toMatchObject({ code: 'damaged_file', reason: expect.stringContaining('number format') });
  });

  test('is refused when its time or memory is over, and the next file is read', async () => {
    const hurried = createWorkbookReader({ timeoutMs: 1, heapMb: 512, maxWaiting: 8, idleMs: 1_000 });
    expect(await hurried.readPlan(bytes, PLAN, TODAY)).toMatchObject({ refusal: { code: 'too_costly' } });
    expect(await hurried.mark(bytes, [])).toBeUndefined();
    await hurried.close();
    const narrow = createWorkbookReader({ timeoutMs: 8_000, heapMb: 24, maxWaiting: 8, idleMs: 1_000 });
    const cells = '<c><v>1</v></c>'.repeat(50);
    const rows = Array.from({ length: 15_000 }, (_, row) => `<row r="${row + 9}">${cells}</row>`);
    const large = await withText(bytes, VALUES_SHEET, withRows(rows.join('')));
    expect(await narrow.readPlan(large, PLAN, TODAY)).toMatchObject({ refusal: { code: 'too_costly' } });
    expect(await narrow.readPlan(bytes, PLAN, TODAY)).toMatchObject({ kind: 'read', values: { length: 4 } });
    await narrow.close();
  });

  test('leaves nothing behind that would keep the process from ending', async () => {
    const ports = () => process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;
    const before = ports();
    const calm = createWorkbookReader({ timeoutMs: 8_000, heapMb: 512, maxWaiting: 8, idleMs: 60_000 });
    expect(await calm.readPlan(bytes, PLAN, TODAY)).toMatchObject({ kind: 'read' });
    expect(ports()).toBe(before);
    await calm.close();
  });

  test('waits its turn, and too many that wait are turned away', async () => {
    const busy = createWorkbookReader({ timeoutMs: 8_000, heapMb: 512, maxWaiting: 2, idleMs: 1_000 });
    const sent = await Promise.allSettled([1, 2, 3].map(() => busy.readPlan(bytes, PLAN, TODAY)));
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(sent[2]).toMatchObject({ reason: { code: 'rate_limited' } });
    await busy.close();
  });
});

test('a file with a second directory of parts, which only some programs look at, is refused', async () => {
  const parts = [...(await partsOf(bytes))].map(([name, content]) => ({ name, content }));
  const END_BYTES = 22;
  const hidden = zip([...parts, { name: 'xl/vbaProject.bin', content: Buffer.from('macro') }]);
  const hiddenEnd = hidden.subarray(-END_BYTES);
  const shown = zip(parts, hidden.length - END_BYTES);
  const shownEnd = Buffer.from(shown.subarray(-END_BYTES));
  shownEnd.writeUInt32LE(0xffffffff, 12);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 0, 'latin1');
  for (const at of [24, 32]) record.writeBigUInt64LE(BigInt(hiddenEnd.readUInt16LE(10)), at);
  record.writeBigUInt64LE(BigInt(hiddenEnd.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(BigInt(hiddenEnd.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(hidden.length - END_BYTES + shown.length - END_BYTES), 8);
  const [first, second] = [hidden.subarray(0, -END_BYTES), shown.subarray(0, -END_BYTES)];
  const file = Buffer.concat([first, second, record, locator, shownEnd]);
  expect(await refusalOf(file)).toMatchObject({ code: 'damaged_file', reason: expect.stringContaining('4 GB') });
});
