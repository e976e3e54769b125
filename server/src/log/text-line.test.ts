import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textLine } from './text-line.ts';

const TIME_MS = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
const record = (more: object = {}) => ({
  level: 30,
  time: TIME_MS,
  pid: 7,
  hostname: 'h',
  ...more,
});

describe('textLine', () => {
  it('shows time, level, message and fields', () => {
    const fields = { url: 'http://127.0.0.1:4400', waitMs: 250, pids: [1, 2], ok: true, no: null };
    expect(
      textLine(record({ ...fields, name: 'two words', empty: '', msg: 'it is up' }), false),
    ).toBe(
      '03:04:05.006 INFO  it is up url=http://127.0.0.1:4400 waitMs=250 pids=[1,2] ok=true no=null ' +
        'name="two words" empty=""\n',
    );
  });

  it.each([
    [10, 'TRACE'],
    [20, 'DEBUG'],
    [30, 'INFO '],
    [40, 'WARN '],
    [50, 'ERROR'],
    [60, 'FATAL'],
    [35, '35   '],
  ])('names level %i %s', (level, word) => {
    expect(textLine(record({ level, msg: 'x' }), false)).toBe(`03:04:05.006 ${word} x\n`);
  });

  it('shows an error with its stack below the line, then its causes', () => {
    const cause = {
      type: 'Error',
      message: 'reset',
      code: 'ECONNRESET',
      stack: 'Error: reset\n    at socket.js:2:2',
    };
    const err = {
      type: 'TypeError',
      message: 'two\n    at lines',
      stack: 'TypeError: two\n    at lines\n    at f (file.js:1:2)\n    at g (file.js:3:4)',
      cause,
    };
    expect(textLine(record({ level: 50, err, webhook_id: 'w', msg: 'failed' }), false)).toBe(
      '03:04:05.006 ERROR failed webhook_id=w\n' +
        '  TypeError: two\\n    at lines\n' +
        '    at f (file.js:1:2)\n' +
        '    at g (file.js:3:4)\n' +
        '  caused by Error (ECONNRESET): reset\n' +
        '    at socket.js:2:2\n',
    );
    expect(textLine(record({ err: { message: 'thrown text' }, msg: 'x' }), false)).toBe(
      '03:04:05.006 INFO  x\n  Error: thrown text\n',
    );
  });

  it('escapes what could move the cursor, hide text or begin a line', () => {
    const hostile =
      'a\u001b[2Jb\r\n03:04:05.006 INFO  forged\u0000\u007f\u009b\u2028\u202e\u{e0041}é😀';
    const escaped =
      'a\\u001b[2Jb\\r\\n03:04:05.006 INFO  forged\\u0000\\u007f\\u009b\\u2028\\u202e\\u{e0041}é😀';
    const err = { type: hostile, message: hostile, code: hostile, stack: `x\n    at ${hostile}` };
    const lines = textLine(record({ err, [hostile]: hostile, msg: hostile }), false).split('\n');
    expect(lines).toEqual([
      `03:04:05.006 INFO  ${escaped} ${escaped}="${escaped}"`,
      `  ${escaped} (${escaped}): ${escaped}`,
      expect.stringMatching(/^ {4}at a\\u001b\[2Jb$/),
      '',
    ]);
  });

  it('writes one line for any message and fields, without control characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 10 });
    const value = fc.jsonValue({ maxDepth: 1, stringUnit: 'binary' });
    fc.assert(
      fc.property(text, fc.dictionary(text, value, { maxKeys: 4 }), (msg, fields) => {
        const { err: _err, ...others } = fields;
        const line = textLine({ ...others, ...record({ msg }) }, false);
        expect(line).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]*\n$/u);
      }),
    );
  });

  it('adds nothing but colours on a terminal', () => {
    const err = { message: 'm', stack: 'Error: m\n    at f' };
    for (const level of [10, 20, 30, 40, 50, 60, 35]) {
      const fields = record({ level, err, a: 1, msg: 'x' });
      const coloured = textLine(fields, true);
      expect(coloured).not.toBe(textLine(fields, false));
      expect(stripVTControlCharacters(coloured)).toBe(textLine(fields, false));
    }
  });
});
