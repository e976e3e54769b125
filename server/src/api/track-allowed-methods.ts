import type { FastifyInstance } from 'fastify';

/** What the routes say about a path. */
export interface AllowedMethods {
  /** The methods of a path, in alphabetical order; none when no route matches it. */
  (path: string): string[];
  /**
   * The paths of routes without parameters that another route matches too, with the methods of only
   * that one: `GET /webhooks/test` would ask for the webhook `test`.
   */
  readonly shadowed: () => { readonly path: string; readonly methods: string[] }[];
}

interface Route {
  readonly pattern: RegExp;
  readonly exact: boolean;
  readonly methods: Set<string>;
}

/**
 * Records every route registered after this call, for the `Allow` header of a 405. The router
 * itself can only look up one method at a time. A route without parameters decides alone.
 */
export function trackAllowedMethods(app: Pick<FastifyInstance, 'addHook'>): AllowedMethods {
  const routes = new Map<string, Route>();
  app.addHook('onRoute', ({ url, method, schema }) => {
    // These answer 405.
    if ((schema as { hide?: boolean } | undefined)?.hide) return;
    let route = routes.get(url);
    if (route === undefined) {
      const segments = url.split('/').map((part) => (part.startsWith(':') ? '[^/]*' : part));
      const pattern = new RegExp(`^${segments.join('/')}$`);
      route = { pattern, exact: !url.includes('/:'), methods: new Set() };
      routes.set(url, route);
    }
    for (const one of [method].flat()) route.methods.add(one);
  });
  const methodsOf = (path: string): string[] => {
    const own = routes.get(path);
    if (own?.exact) return [...own.methods].sort();
    const matching = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].sort();
  };
  return Object.assign(methodsOf, {
    shadowed: () =>
      [...routes].flatMap(([path, { exact, methods }]) => {
        if (!exact) return [];
        const matching = [...routes.values()].filter((one) => !one.exact && one.pattern.test(path));
        const others = new Set(matching.flatMap((one) => [...one.methods]));
        const only = [...others].filter((method) => !methods.has(method));
        return only.length > 0 ? [{ path, methods: only }] : [];
      }),
  });
}
