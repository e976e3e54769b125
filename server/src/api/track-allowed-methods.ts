import type { FastifyInstance } from 'fastify';

/** The methods of a path, in alphabetical order; none when no route matches it. */
export type AllowedMethods = (path: string) => string[];

/**
 * Records every route registered after this call, for the `Allow` header of a 405. The router
 * itself can only look up one method at a time.
 */
export function trackAllowedMethods(app: Pick<FastifyInstance, 'addHook'>): AllowedMethods {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    let route = routes.get(url);
    if (route === undefined) {
      const segments = url.split('/').map((part) => (part.startsWith(':') ? '[^/]*' : part));
      route = { pattern: new RegExp(`^${segments.join('/')}$`), methods: new Set() };
      routes.set(url, route);
    }
    for (const one of [method].flat()) route.methods.add(one);
  });
  return (path) => {
    const matching = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].sort();
  };
}
