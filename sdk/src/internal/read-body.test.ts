import { describe, expect, it } from 'vitest';
import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { readBody } from './read-body.ts';
import { readFramed } from './read-framed.ts';
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
    expect(() => readFramed(kind, {})(value)).toThrow(TypeError);
    expect(() => readOne('thing', kind)(value)).toThrow(TypeError);
    expect(() => readOne('thing', kind)({ thing: value })).toThrow(TypeError);
    expect(() => readMany('things', kind)(value)).toThrow(TypeError);
    expect(() => readMany('things', kind)({ things: [value] })).toThrow(TypeError);
  });

  it('has the fields without which it is the answer of something else', () => {
    const page = model<{ idList: string[]; nextPage: object; at: string }>({
      idList: asIs,
      nextPage: asIs,
      at: asIs,
    });
    const read = readFramed(page, { idList: 'list', nextPage: 'object', at: 'value' });
    const whole = { id_list: [], next_page: {}, at: '' };
    expect(read(whole)).toEqual({ idList: [], nextPage: {}, at: '' });
    expect(() => read({})).toThrow('"id_list" is not a list');
    expect(() => read({ ...whole, id_list: {} })).toThrow('"id_list" is not a list');
    expect(() => read({ ...whole, next_page: null })).toThrow('"next_page" is not an object');
    expect(() => read({ ...whole, at: undefined })).toThrow('"at" is missing');
  });

  it('names the wrong part, and never quotes a value', () => {
    expect(() => readOne('thing', kind)({ thing: 'hush' })).toThrow('"thing" is not an object');
    expect(() => readMany('things', kind)({ things: null })).toThrow('"things" is not a list');
    expect(() => readMany('things', kind)({ things: [undefined] })).toThrow(
      'an item of "things" is not an object',
    );
  });
});
