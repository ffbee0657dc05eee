/** The guide of sources is read by people who copy from it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOutbound } from '@uptake/io/outbound';
import { expect, test } from 'vitest';
import { createPullingDrivers } from './index.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/adoption-sources.md'), 'utf8');
const nowMs = () => 0;
const outbound = createOutbound({ allow: [], userAgent: 'Uptake/test', nowMs, random: () => 0 });
const drivers = createPullingDrivers({ outbound, nowMs });

test('every configuration of the guide is taken as it stands there', () => {
  const configs = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json) as object);
  expect(configs).toHaveLength(2);
  for (const config of configs) {
    const driver = 'url' in config ? drivers.api_polling : drivers.database;
    expect(driver.readConfig(config)).toEqual([]);
  }
});
