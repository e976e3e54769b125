import type { HeaderBox } from './header-box.ts';
import { isSecretName } from './is-secret-name.ts';
import { MASK } from './mask.ts';
import { maskedCredential } from './masked-credential.ts';

/**
 * Whose custom header values are shown: none, those whose names do not look like keys, or all.
 * Credentials of the authentication are never shown: the trail does not have them.
 */
export type HeaderView = 'none' | 'harmless' | 'all';

/** Headers that Hooktrail itself sends; `Authorization` is masked before it is stored. */
const OWN =
  /^(?:x-zendesk-.*|webhook-(?:id|timestamp|signature)|content-type|user-agent|accept|authorization)$/i;

/**
 * The request headers of the trail as a reader may see them. A value that is neither sealed nor of a
 * header of ours was stored before custom headers were sealed.
 *
 * @param headers name, value, name, value, ...
 */
export function shownRequestHeaders(
  headers: readonly string[],
  box: HeaderBox,
  view: HeaderView,
): string[] {
  return headers.map((text, index) => {
    const isName = index % 2 === 0;
    if (isName) return text;
    const name = headers[index - 1] as string;
    const sealed = box.isSealed(text);
    if (!sealed && OWN.test(name)) return text;
    const value = sealed ? box.open(text) : text;
    if (value === undefined || view === 'none') return MASK;
    return view === 'harmless' && isSecretName(name) ? maskedCredential(value) : value;
  });
}
