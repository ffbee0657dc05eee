import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readMultipart } from './multipart.ts';
import { UploadedFile } from './uploaded-file.ts';

const LIMITS = { fileBytes: 10 * 1024 * 1024, operationsBytes: 1024 * 1024 };
const BOUNDARY = '----uptake';
const OPERATION = JSON.stringify({
  query: 'mutation ($file: Upload!) { take(file: $file) }',
  variables: { file: null },
});
const MAP = JSON.stringify({ 0: ['variables.file'] });

type Part = { readonly name: string; readonly content: string | Buffer; readonly fileName?: string };

function bodyOf(parts: readonly Part[], { isEnded = true } = {}): Buffer {
  const chunks = parts.flatMap(({ name, content, fileName }) => [
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n`,
    fileName === undefined ? '\r\n' : 'content-type: application/octet-stream\r\n\r\n',
    content,
    '\r\n',
  ]);
  return Buffer.concat([...chunks, isEnded ? `--${BOUNDARY}--\r\n` : ''].map((chunk) => Buffer.from(chunk)));
}

function read(parts: readonly Part[], options?: { isEnded: boolean }) {
  const bytes = bodyOf(parts, options);
  // In pieces as a network has them, so that no part has the luck to come whole.
  const pieces = Array.from({ length: Math.ceil(bytes.length / 65_521) }, (_, index) =>
    bytes.subarray(index * 65_521, (index + 1) * 65_521),
  );
  return readMultipart(Readable.from(pieces), { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }, LIMITS);
}

const operations = (content: string = OPERATION): Part => ({ name: 'operations', content });
const map = (content: string = MAP): Part => ({ name: 'map', content });
const file = (content: string | Buffer = 'Grüße', fileName = 'Contoso München.xlsx'): Part => ({
  name: '0',
  content,
  fileName,
});

test('the file stands in the place that waits for it, with its name and every byte', async () => {
  const request = await read([operations(), map(), file()]);
  const { file: taken } = request.variables as { file: UploadedFile };
  expect(taken).toBeInstanceOf(UploadedFile);
  expect(taken.name).toBe('Contoso München.xlsx');
  expect(taken.bytes.toString()).toBe('Grüße');
});

test('a name with folders is taken without them', async () => {
  const request = await read([operations(), map(), file('x', '../../etc/passwd')]);
  expect((request.variables as { file: UploadedFile }).file.name).toBe('passwd');
});

test('a file of ten megabytes is taken, one byte more is refused with the limit', async () => {
  const request = await read([operations(), map(), file(Buffer.alloc(LIMITS.fileBytes, 7))]);
  expect((request.variables as { file: UploadedFile }).file.bytes.length).toBe(10_485_760);
  await expect(read([operations(), map(), file(Buffer.alloc(LIMITS.fileBytes + 1, 7))])).rejects.toMatchObject({
    code: 'body_too_large',
    detail: 'A file has at most 10485760 bytes.',
  });
});

test('an operation of a megabyte is taken, one byte more is refused', async () => {
  const sized = (bytes: number) => {
    const empty = JSON.stringify({ query: '', variables: { file: null } });
    return JSON.stringify({ query: 'x'.repeat(bytes - empty.length), variables: { file: null } });
  };
  await expect(read([operations(sized(LIMITS.operationsBytes)), map(), file()])).resolves.toBeDefined();
  await expect(read([operations(sized(LIMITS.operationsBytes + 1)), map(), file()])).rejects.toMatchObject({
    code: 'body_too_large',
  });
});

describe('what is not as the specification says is refused with what is wrong', () => {
  const nested = JSON.stringify({ query: '', variables: { input: { file: null } } });
  const cases: readonly (readonly [what: string, parts: readonly Part[], detail: RegExp])[] = [
    ['no operations', [map(), file()], /"operations" comes before "map"/],
    ['no map', [operations(), file()], /in this order/],
    ['no file', [operations(), map()], /names the part "0", which did not come/],
    ['the file before the map', [operations(), file(), map()], /in this order/],
    ['operations twice', [operations(), operations(), map()], /came twice/],
    ['operations that are no JSON', [operations('{'), map(), file()], /"operations" is not JSON/],
    ['a map that is no JSON', [operations(), map('{'), file()], /"map" is not JSON/],
    ['several operations', [operations(`[${OPERATION}]`), map(), file()], /one operation/],
    ['a map of nothing', [operations(), map('{}'), file()], /names one file/],
    [
      'a map of two files',
      [operations(), map('{"0":["variables.file"],"1":["variables.b"]}'), file()],
      /names one file/,
    ],
    ['one file in two places', [operations(), map('{"0":["variables.file","variables.b"]}'), file()], /in one place/],
    ['a map to a text', [operations(), map('{"0":"variables.file"}'), file()], /in one place/],
    ['a map out of the variables', [operations(), map('{"0":["query"]}'), file()], /not into variables/],
    ['a map to nowhere', [operations(), map('{"0":["variables.other"]}'), file()], /has no null/],
    ['a map to what is there already', [operations(nested), map('{"0":["variables.input"]}'), file()], /has no null/],
    ['a map into a prototype', [operations(), map('{"0":["variables.__proto__.file"]}'), file()], /has no null/],
    ['a file by another name', [operations(), map('{"1":["variables.file"]}'), file()], /another part/],
    ['two files', [operations(), map(), file(), { ...file(), name: '1' }], /One file at a time/],
    ['a further field', [operations(), map(), { name: 'extra', content: 'x' }, file()], /other parts/],
    ['a field before the map', [operations(), { name: 'extra', content: 'x' }], /no use for a part "extra"/],
  ];
  test.each(cases)('%s', async (_what, parts, detail) => {
    await expect(read(parts)).rejects.toMatchObject({ code: 'invalid_request', detail: expect.stringMatching(detail) });
  });

  test('a body without a boundary', async () => {
    const request = readMultipart(Readable.from([Buffer.from('x')]), { 'content-type': 'multipart/form-data' }, LIMITS);
    await expect(request).rejects.toMatchObject({ code: 'invalid_request', detail: expect.stringMatching(/boundary/) });
  });

  test('a body that ends in the middle of the file', async () => {
    await expect(read([operations(), map(), file()], { isEnded: false })).rejects.toMatchObject({
      code: 'invalid_request',
      detail: expect.stringMatching(/cut off/),
    });
  });

  test('a sender that goes away', async () => {
    const body = new Readable({ read: () => undefined });
    const reading = readMultipart(body, { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }, LIMITS);
    body.push(bodyOf([operations(), map(), file()]).subarray(0, 300));
    setImmediate(() => body.destroy());
    await expect(reading).rejects.toMatchObject({ detail: 'The body was cut off.' });
  });
});
