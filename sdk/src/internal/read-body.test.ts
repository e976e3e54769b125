import { describe, expect, it } from 'vitest';
import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { readBody } from './read-body.ts';
import { readMany } from './read-many.ts';
import { readOne } from './read-one.ts';

const kind = model<{ id: string }>({ id: asIs });

describe('the frame of an answer', () => {
  it('is read', () => {
    expect(readBody(kind)({ id: '1' })).toEqual({ id: '1' });
    expect(readOne('thing', kind)({ thing: { id: '1' } })).toEqual({ id: '1' });
    expect(readMany('things', kind)({ things: [{ id: '1' }] })).toEqual([{ id: '1' }]);
  });

  it.each([[undefined], [null], ['text'], [1], [[]]])('refuses %j', (value) => {
    expect(() => readBody(kind)(value)).toThrow(TypeError);
    expect(() => readOne('thing', kind)(value)).toThrow(TypeError);
    expect(() => readOne('thing', kind)({ thing: value })).toThrow(TypeError);
    expect(() => readMany('things', kind)(value)).toThrow(TypeError);
    expect(() => readMany('things', kind)({ things: [value] })).toThrow(TypeError);
  });

  it('names the wrong part, and never quotes a value', () => {
    expect(() => readOne('thing', kind)({ thing: 'hush' })).toThrow('"thing" is not an object');
    expect(() => readMany('things', kind)({ things: null })).toThrow('"things" is not a list');
    expect(() => readMany('things', kind)({ things: [undefined] })).toThrow(
      'an item of "things" is not an object',
    );
  });
});
