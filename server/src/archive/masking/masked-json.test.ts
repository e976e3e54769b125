import { expect, it } from 'vitest';
import { isSecretName } from '../../secrets/is-secret-name.ts';
import { maskedJson } from './masked-json.ts';

it.each([
  ['{"token": "abc", "n": 1.0}', '{"token": "********", "n": 1.0}'],
  [
    '{ "a" : { "password" :\t[1, {"x": "}"}] , "b":2 } }',
    '{ "a" : { "password" :\t"********" , "b":2 } }',
  ],
  [
    '{"api_key":12345678901234567890,"big":12345678901234567890}',
    '{"api_key":"********","big":12345678901234567890}',
  ],
  ['[{"\\u0074oken":"x"},{"token":"\\"}"}]', '[{"\\u0074oken":"********"},{"token":"********"}]'],
  [
    '{"text":"\\"token\\": \\"abc\\"","token":true}',
    '{"text":"\\"token\\": \\"abc\\"","token":"********"}',
  ],
])('masks secrets in %s and nothing else', (text, masked) => {
  expect(maskedJson(text, isSecretName)).toEqual({ text: masked, masked: true });
  expect(() => JSON.parse(masked)).not.toThrow();
});

it.each(['{"a": 1}', '{"token": null, "password": ""}', '"token"', '[]', '{"values":["token"]}'])(
  'leaves %s as it is',
  (text) => {
    expect(maskedJson(text, isSecretName)).toEqual({ text, masked: false });
  },
);

it('masks what is there of a document that was cut off anywhere', () => {
  const text =
    '{"a":"\\"\\\\", "token" : "s\\"3cr3t", "deep":[{"password":{"x":"s3cr3t"}}], "b":"\\u00e9"}';
  for (let length = 1; length < text.length; length++) {
    const cut = text.slice(0, length);
    const found = maskedJson(cut, isSecretName);
    expect(found?.text).not.toMatch(/s\\?"?3|s3/);
    expect(found?.masked).toBe(length >= text.indexOf(' :') + 2);
    if (found?.masked === false) expect(found.text).toBe(cut);
  }
  expect(maskedJson('{"token\n": "s3cr3t", }}}] "token": }', isSecretName)?.masked).toBe(true);
});

it('reads no text that is no JSON, and a deep or a long one in time', () => {
  expect(maskedJson('token=abc', isSecretName)).toBeNull();
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  expect(maskedJson(`{"token":${deep}}`, isSecretName)?.text).toBe('{"token":"********"}');
  const long = JSON.stringify({ x: 'a"\\'.repeat(200_000), token: 'b' });
  expect(maskedJson(long, isSecretName)?.masked).toBe(true);
});
