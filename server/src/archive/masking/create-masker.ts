import type { Masking } from '../../model/source.ts';
import type { HeaderBox } from '../../secrets/header-box.ts';
import { isSecretName } from '../../secrets/is-secret-name.ts';
import { MASK } from '../../secrets/mask.ts';
import { maskedCredential } from '../../secrets/masked-credential.ts';
import { maskedQuery } from '../../secrets/masked-query.ts';
import { type Masked, maskedJson } from './masked-json.ts';

/** Makes what is archived of a source fit to be kept. */
export interface Masker {
  /** Headers of requests and answers: name, value, name, value, ... */
  headers(list: readonly string[]): string[];
  body(text: string): Masked;
  url(url: string): string;
}

const FORM_PAIR = /(^|&)([^=&]*)=([^&]*)/g;

/** A body that may be `name=value&name=value`. */
const FORM = /^[^\s<{["=&]+=[^\s<{["]*$/;

/**
 * Masks what people chose, and what is called like a secret. Without masking, headers that are called like
 * secrets are sealed: only an admin reads them, with a row of the audit.
 */
export function createMasker(
  { enabled, fields, headers }: Masking,
  box: Pick<HeaderBox, 'seal'>,
): Masker {
  const chosen = (names: readonly string[]) => {
    const set = new Set(names.map((name) => name.toLowerCase()));
    return (name: string) => isSecretName(name) || set.has(name.toLowerCase());
  };
  const isSecretHeader = chosen(headers);
  const isSecretField = chosen(fields);
  return {
    headers: (list) =>
      list.map((text, index) => {
        const name = list[index - 1];
        if (index % 2 === 0 || name === undefined || !isSecretHeader(name)) return text;
        return enabled ? maskedCredential(text) : box.seal(text);
      }),

    body(text) {
      if (!enabled) return { text, masked: false };
      const json = maskedJson(text, isSecretField);
      if (json !== null) return json;
      if (!FORM.test(text)) return { text, masked: false };
      const form = text.replace(FORM_PAIR, (pair, start: string, name: string, value: string) =>
        value !== '' && isSecretField(decoded(name)) ? `${start}${name}=${MASK}` : pair,
      );
      return { text: form, masked: form !== text };
    },

    // The token of an inbox stays: its source is compared with what arrived there, and a resend goes there.
    url: maskedQuery,
  };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
