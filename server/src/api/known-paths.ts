import type { FastifyInstance } from 'fastify';

/** The paths that there are, with their methods. */
export interface KnownPaths {
  /** The methods of a path, in alphabetical order; none when there is no such path. */
  methodsOf(path: string): string[];
}

/** Gathers the routes that are added from now on: the router itself knows no method but the asked one. */
export function gatherPaths(app: Pick<FastifyInstance, 'addHook'>): KnownPaths {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    let path = known.get(url);
    if (path === undefined) {
      const segments = url.split('/').map((part) => (part.startsWith(':') ? '[^/]*' : part));
      path = { pattern: new RegExp(`^${segments.join('/')}$`), methods: new Set() };
      known.set(url, path);
    }
    for (const one of [method].flat()) path.methods.add(one);
  });
  return {
    methodsOf(path) {
      const found = [...known.values()].filter(({ pattern }) => pattern.test(path));
      return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
    },
  };
}
