import type { FastifyRequest } from 'fastify';

type Asked = Pick<FastifyRequest, 'headers' | 'protocol'>;

/** Longer headers of cookies are not read: those of other programs on the same host come along. */
const MAX_COOKIES = 16_384;

/** Whether the browser reaches the node by https, as its address or a trusted proxy says. */
function isSecure({ protocol }: Asked, publicUrl: string | undefined): boolean {
  return publicUrl === undefined ? protocol === 'https' : publicUrl.startsWith('https:');
}

/**
 * The cookie's name. Browsers take a name with `__Host-` only from this host by https, so no other host
 * of the domain can plant one.
 */
function nameOf(request: Asked, publicUrl: string | undefined): string {
  return isSecure(request, publicUrl) ? '__Host-hooktrail_session' : 'hooktrail_session';
}

/** The session that a request carries in its cookie. */
export function readSessionCookie(
  request: Asked,
  publicUrl: string | undefined,
): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined || cookie.length > MAX_COOKIES) return undefined;
  const start = `${nameOf(request, publicUrl)}=`;
  for (const pair of cookie.split(';')) {
    const text = pair.trim();
    if (text.startsWith(start)) return text.slice(start.length);
  }
  return undefined;
}

/** The `Set-Cookie` of a session; without one, it removes the cookie. */
export function writeSessionCookie(
  request: Asked,
  publicUrl: string | undefined,
  session: { readonly text: string; readonly maxAgeSeconds: number } | undefined,
): string {
  const { text, maxAgeSeconds } = session ?? { text: '', maxAgeSeconds: 0 };
  const secure = isSecure(request, publicUrl) ? '; Secure' : '';
  const name = nameOf(request, publicUrl);
  return `${name}=${text}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}${secure}`;
}
