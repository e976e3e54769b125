import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { coloursOf } from './colours.ts';
import { csvLine } from './csv-line.ts';
import { layoutTable } from './layout-table.ts';
import { view } from './view.ts';
import { visibleText } from './visible-text.ts';

const colours = coloursOf('never', {}, false);
const { columns } = view('id', ['id', 'name', ['count', 'number']]);

test('columns line up, whatever the width of their characters', () => {
  const rows = [
    { id: 'a', name: '注文', count: 5 },
    { id: 'b', name: 'éé', count: 12 },
  ];
  const lines = layoutTable({ columns, width: undefined, colours }, rows);
  expect(lines.header).toBe('ID  NAME  COUNT');
  expect(rows.map((row) => lines.line(row))).toEqual(['a   注文      5', 'b   éé       12']);
});

test('the widest columns give room until the table fits', () => {
  const row = { id: 'x'.repeat(30), name: '注'.repeat(40), count: 1 };
  const { line, header } = layoutTable({ columns, width: 40, colours }, [row]);
  expect(stringWidth(line(row))).toBeLessThanOrEqual(40);
  expect(stringWidth(header)).toBeLessThanOrEqual(40);
  expect(line(row)).toContain('…');
});

test('a cell has one line, and a value of 64 KiB does not make every line so wide', () => {
  const row = { id: 'a\n b\tc', name: 'y'.repeat(65_536), count: 1 };
  const { line } = layoutTable({ columns, width: undefined, colours }, [row]);
  expect(line(row)).toMatch(/^a b c +y/);
  expect(line(row).length).toBeLessThan(400);
});

test.each([
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u009b31m', '\\x9b31m'],
  ['a\rb', 'a\\x0db'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['plain\ttext\n注', 'plain\ttext\n注'],
])('%j is shown, not obeyed', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test('CSV quotes what RFC 4180 asks for', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ''])).toBe('a,"b,c","d""e","f\ng",\r\n');
});
