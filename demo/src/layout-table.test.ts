import { expect, test } from 'vitest';
import { layoutTable } from './layout-table.ts';

const COLUMNS = [
  { title: 'Name', flexible: true },
  { title: 'Count', align: 'right' as const },
  { title: 'Note' },
];

test('aligns columns and leaves no blanks at the end of a line', () => {
  const rows = [
    [{ text: 'a' }, { text: '7' }, { text: 'x' }],
    [{ text: 'longer' }, { text: '1234567' }, { text: '' }],
  ];
  expect(layoutTable(COLUMNS, rows, 80)).toEqual([
    'Name      Count  Note',
    'a             7  x',
    'longer  1234567',
  ]);
});

test('cuts the flexible column when the table is too wide', () => {
  const rows = [[{ text: 'a name that does not fit' }, { text: '7' }, { text: 'note' }]];
  const lines = layoutTable(COLUMNS, rows, 24);
  expect(lines).toEqual(['Name         Count  Note', 'a name tha…      7  note']);
});

test('dresses a cell without moving its neighbours', () => {
  const dress = (text: string) => `<${text}>`;
  const rows = [[{ text: 'a', dress }, { text: '7', dress }, { text: 'x' }]];
  expect(layoutTable(COLUMNS, rows, 80)[1]).toBe('<a   >  <    7>  x');
});
