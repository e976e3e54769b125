import type { Role } from '../directory/account.ts';

/** What a token with the role `publish` may call. */
const PUBLISHING = new Set(['/v1/events', '/v1/events/batch', '/v1/webhooks/:id/invocations']);

/** Whether a role may call a route; `url` is the route's pattern, not the path. */
export function mayCall(role: Role, method: string, url: string): boolean {
  switch (role) {
    case 'operator':
    case 'admin':
      return true;
    case 'read':
      return method === 'GET' || method === 'HEAD';
    case 'publish':
      return method === 'POST' && PUBLISHING.has(url);
  }
}
