import { expect, test } from 'vitest';
import { checkLock, type Lock, missingPlatforms, withPlatforms } from './lockfile.ts';

const LOCK: Lock = {
  packages: {
    '': {},
    'node_modules/@biomejs/biome': {
      version: '2.6.8',
      dev: true,
      optionalDependencies: { '@biomejs/cli-linux-x64': '2.6.8', '@biomejs/cli-darwin-arm64': '2.6.8' },
    },
    'node_modules/@biomejs/cli-linux-x64': { version: '2.6.8', optional: true },
    'node_modules/zod': { version: '4.0.0' },
  },
};

test('a package for another platform that the lock does not have is found and put in its place', () => {
  expect(checkLock(LOCK).map(({ message }) => message)).toEqual([
    expect.stringContaining('node_modules/@biomejs/cli-darwin-arm64 is not in the lock'),
  ]);
  const whole = withPlatforms(LOCK);
  expect(whole.packages['node_modules/@biomejs/cli-darwin-arm64']).toEqual({
    version: '2.6.8',
    cpu: ['arm64'],
    dev: true,
    optional: true,
    os: ['darwin'],
  });
  expect(Object.keys(whole.packages)).toEqual([...Object.keys(whole.packages)].sort());
  expect(checkLock(whole)).toEqual([]);
});

test('the platform is read from the name', () => {
  const names = ['@a/x-linux-arm-gnueabihf', '@a/x-linux-x64-musl', '@a/x-wasm32-wasi', '@a/x-win32-ia32-msvc'];
  const optionalDependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const missing = missingPlatforms({ packages: { 'node_modules/@a/x': { version: '1.0.0', optionalDependencies } } });
  expect(Object.values(missing).map(({ os, cpu, libc }) => [os?.[0], cpu?.[0], libc?.[0]])).toEqual([
    ['linux', 'arm', 'glibc'],
    ['linux', 'x64', 'musl'],
    [undefined, 'wasm32', undefined],
    ['win32', 'ia32', undefined],
  ]);
});

test('a package beside or above the one that asks for it is not missing', () => {
  const asking = { version: '1.0.0', optionalDependencies: { 'x-linux-x64': '1.0.0' } };
  const found = { version: '1.0.0' };
  for (const place of ['node_modules/a/node_modules/x-linux-x64', 'node_modules/x-linux-x64']) {
    expect(missingPlatforms({ packages: { 'node_modules/a': asking, [place]: found } })).toEqual({});
  }
  const workspace = { 'io/node_modules/a': asking, 'io/node_modules/x-linux-x64': found };
  expect(missingPlatforms({ packages: workspace })).toEqual({});
});

test('no package names the registry it came from; links between workspaces may say where they lead', () => {
  const packages = {
    'node_modules/zod': { version: '4.0.0', resolved: 'https://registry.example/zod.tgz' },
    'node_modules/@uptake/io': { resolved: 'io', link: true },
  };
  expect(checkLock({ packages }).map(({ message }) => message)).toEqual([
    'node_modules/zod names the registry it came from. Remove its "resolved".',
  ]);
});
