import { expect, it } from 'vitest';
import { namesLoopback } from './names-loopback.ts';

it.each([
  '127.0.0.1',
  '127.0.0.1:9464',
  '[::1]:9464',
  '10.0.0.7:9464',
  'localhost',
  'LOCALHOST:9464',
  'metrics.localhost:9464',
])('%s', (host) => {
  expect(namesLoopback(host)).toBe(true);
});

it.each([
  '',
  'evil.example',
  'evil.example:9464',
  'localhost.evil.example',
  '127.0.0.1.evil.example:9464',
  'notlocalhost',
  '[evil.example]:1',
])('not %j', (host) => {
  expect(namesLoopback(host)).toBe(false);
});
