import { describe, expect, test } from 'vitest';
import { ChromiumMissing, findChromium, launchChromium, type Machine } from './chromium.ts';

function machine(programs: readonly string[], chosenProgram?: string): Machine {
  return { path: '/usr/local/bin:/usr/bin:.', chosenProgram, isExecutable: (file) => programs.includes(file) };
}

describe('finding Chromium', () => {
  test('prefers Chromium to Chrome, wherever on the PATH they are', () => {
    expect(findChromium(machine(['/usr/local/bin/google-chrome', '/usr/bin/chromium']))).toBe('/usr/bin/chromium');
    expect(findChromium(machine(['/usr/local/bin/google-chrome']))).toBe('/usr/local/bin/google-chrome');
  });

  test('finds nothing where there is nothing, and looks in no relative folder', () => {
    expect(findChromium(machine(['chromium', './chromium']))).toBeUndefined();
  });

  test('takes the chosen program, and says so when it is not there', () => {
    expect(findChromium(machine(['/opt/chrome', '/usr/bin/chromium'], '/opt/chrome'))).toBe('/opt/chrome');
    expect(() => findChromium(machine(['/usr/bin/chromium'], '/opt/chrome'))).toThrow(ChromiumMissing);
  });
});

test('the Chromium of this machine opens a page', async () => {
  await using browser = await launchChromium();
  const page = await browser.newPage();
  await page.setContent('<title>Uptake</title>');
  expect(await page.title()).toBe('Uptake');
});
