import { expect, test } from 'vitest';
import { stackCells } from './stack-cells.ts';

test('cells fill lines in their order, and the last of a line takes what is left', () => {
  // Created, status, webhook, type, attempts, took, why.
  expect(stackCells(['m', 'l', 'l', 'xl', 's', 's', 'xl'])).toEqual({
    spans: [9, 9, 9, 9, 5, 5, 8],
    lines: 3,
  });
  expect(stackCells(['s', 's', 's', 'xl'])).toEqual({ spans: [5, 5, 8, 18], lines: 2 });
  expect(stackCells(['xl'])).toEqual({ spans: [18], lines: 1 });
  expect(stackCells([])).toEqual({ spans: [], lines: 0 });
});
