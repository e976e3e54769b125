const ORIGIN = /^https?:\/\/[^/?]*/i;

/**
 * Normalises the path of a request target: doubled slashes count as one and a trailing slash as
 * none, since clients build paths by joining (spec/contract.md, "Operations"). An absolute target,
 * which clients send to a proxy, loses its origin. The query stays as it is.
 */
export function normalPath(target: string): string {
  const url = target.startsWith('/') ? target : target.replace(ORIGIN, '');
  const start = url.indexOf('?');
  const end = start === -1 ? url.length : start;
  const path = url.slice(0, end);
  if (path.startsWith('/') && !path.includes('//') && (path === '/' || !path.endsWith('/'))) {
    return url;
  }
  const joined = `/${path.split('/').filter(Boolean).join('/')}`;
  return joined + url.slice(end);
}
