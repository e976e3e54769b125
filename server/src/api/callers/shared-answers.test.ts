import { beforeEach, expect, test } from 'vitest';
import { SharedAnswers } from './shared-answers.ts';

let nowMs: number;
let answers: SharedAnswers;
beforeEach(() => {
  nowMs = 1_000;
  answers = new SharedAnswers({ bytes: 6_000, longest: 1_000, keptMs: 60_000, nowMs: () => nowMs });
});

const answer = (body: string) => ({ body, headers: {} });

function answered(key: string, body: string): void {
  answers.end(answers.begin(key), answer(body));
}

test('an answer is as old as the beginning of its read', () => {
  const read = answers.begin('a');
  nowMs += 300;
  answers.end(read, answer('1'));
  nowMs += 700;
  expect(answers.find('a', 1_000)).toBeUndefined();
  expect(answers.find('a', 1_001)).toMatchObject({ answer: { body: '1' }, ageMs: 1_000 });
  expect(answers.find('b', 1_000)).toBeUndefined();
});

test('who accepts the age of a read in progress waits for it; who does not begins another', async () => {
  const first = answers.begin('a');
  nowMs += 500;
  expect(answers.begun('a', 500)).toBeUndefined();
  expect(answers.begun('a', 501)).toBe(first);
  const second = answers.begin('a');
  answers.end(second, answer('new'));
  answers.end(first, answer('old'));
  expect(await first.ended).toMatchObject({ body: 'old' });
  // The younger one stays, although the older one came later.
  expect(answers.find('a', 60_000)).toMatchObject({ answer: { body: 'new' } });
});

test('a read that fails leaves nothing, and says so to those who wait', async () => {
  const read = answers.begin('a');
  answers.end(read);
  expect(await read.ended).toBeUndefined();
  expect(answers.begun('a', 60_000)).toBeUndefined();
  expect(answers.find('a', 60_000)).toBeUndefined();
});

test('what is kept is bounded in bytes and in time: the oldest goes', () => {
  for (let n = 0; n < 100; n++) answered(`key ${n}`, 'x'.repeat(900));
  expect(answers.bytes).toBeLessThanOrEqual(6_000);
  expect(answers.find('key 99', 60_000)).toBeDefined();
  expect(answers.find('key 96', 60_000)).toBeUndefined();
  answered('long', 'x'.repeat(1_001));
  expect(answers.find('long', 60_000)).toBeUndefined();
  nowMs += 60_001;
  answered('key', '');
  expect(answers.bytes).toBeLessThan(600);
});

test('one key has one answer, however often it is read', () => {
  for (let n = 0; n < 100; n++) answered('a', 'x'.repeat(900));
  expect(answers.bytes).toBeLessThan(2_500);
});
