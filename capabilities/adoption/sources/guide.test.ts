/** The guide of sources is read by people who copy from it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOutbound } from '@uptake/io/outbound';
import { expect, test } from 'vitest';
import { createOwnDrivers } from '../drivers.ts';
import { createPullingDrivers } from './index.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/adoption-sources.md'), 'utf8');
const nowMs = () => 0;
const outbound = createOutbound({ allow: [], userAgent: 'Uptake/test', nowMs, random: () => 0 });
const ask = () => Promise.reject(new Error('A configuration is read without asking.'));
const drivers = { ...createPullingDrivers({ outbound, nowMs }), ...createOwnDrivers({ ask, randomBytes }) };

test('every configuration of the guide is taken as it stands there, and spoilt is not', () => {
  const configs = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json) as object);
  const kinds = configs.map(kindOf);
  expect(new Set(kinds)).toEqual(new Set(['api_polling', 'database', 'webhook', 'binding']));
  for (const [index, config] of configs.entries()) {
    const { readConfig } = drivers[kinds[index]!];
    expect(readConfig(config)).toEqual([]);
    expect(readConfig({ ...config, canary: 1 })).not.toEqual([]);
  }
});

function kindOf(config: object) {
  if ('url' in config) return 'api_polling';
  if ('query' in config) return 'database';
  return 'mapping' in config ? 'webhook' : 'binding';
}
