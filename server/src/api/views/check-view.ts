import type { ViewValues } from '../../directory/create-view-store.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { checkName } from '../input/check-name.ts';
import { checkText } from '../input/check-text.ts';
import type { ViewInputBody } from './view-schema.ts';

const SCREEN = /^[a-z][a-z0-9-]*$/;

/**
 * A saved view as it is stored.
 *
 * @throws ApiError `InvalidBody`
 */
export function checkView({ view }: ViewInputBody): ViewValues {
  const { name, screen, search = '', columns = [] } = view;
  const errors = new FieldErrors();
  checkText('view', view, errors);
  checkName('view.name', name, errors);
  if (!SCREEN.test(screen)) {
    errors.add(
      'view.screen',
      'invalid_format',
      `must be lowercase letters, digits and hyphens, such as invocations, got ${showValue(screen)}`,
    );
  }
  if (/^[?#]/.test(search)) {
    errors.add(
      'view.search',
      'invalid_format',
      `must be the query of a URL without the question mark, got ${showValue(search)}`,
    );
  }
  for (const [index, column] of columns.entries()) {
    const first = columns.indexOf(column);
    if (first === index) continue;
    const path = ['view', 'columns', String(index)];
    const rule = `must not be the same as view.columns[${first}]`;
    errors.add(`view.columns[${index}]`, 'duplicate', rule, path);
  }
  errors.throwIfAny();
  return { name, screen, search, columns };
}
