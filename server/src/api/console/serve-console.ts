import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';
import type { Routes } from '../services/routes.ts';
import { type ConsoleFile, readConsole } from './read-console.ts';

/** Nothing inline and nothing from elsewhere, so a text of a stranger that became markup runs nothing. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

/** Names that Vite makes: with a hash of the content, so what they name never changes. */
const HASHED = /-[\w-]{8,}\.\w+$/;

const INDEX = 'index.html';

const NOT_BUILT = 'The console is not built. Run "npm run build", and start the node again.\n';

/** Serves the console: its files, and its index for every other path below `/console`. */
export const serveConsole: Routes = (app, { consoleFolder }) => {
  if (consoleFolder === undefined) return;
  const files = readConsole(consoleFolder);

  const send = (request: FastifyRequest, reply: FastifyReply, path: string) => {
    reply.headers(HEADERS).header('vary', 'accept-encoding');
    const file = files.get(path) ?? fallback(path);
    if (file === undefined) {
      return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    }
    const [encoding, bytes] = chosen(file, String(request.headers['accept-encoding'] ?? ''));
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    if (files.has(path) && HASHED.test(path)) {
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    }
    return reply.type(file.type).send(bytes);
  };
  const fallback = (path: string): ConsoleFile | undefined => {
    // A page has a name without a dot, or that of an id; a missing script must not be a page.
    if (path.startsWith('assets/')) {
      throw new ApiError('RouteNotFound', `the console has no file ${path.slice(0, 200)}`);
    }
    return files.get(INDEX);
  };

  const schema = { hide: true };
  // The API takes `/console/` for the same path.
  app.get('/console', { schema }, (request, reply) => send(request, reply, INDEX));
  app.get<{ Params: { '*': string } }>('/console/*', { schema }, (request, reply) =>
    send(request, reply, request.params['*']),
  );
  app.get('/', { schema }, (request, reply) => {
    if (!String(request.headers.accept ?? '').includes('text/html')) {
      throw new ApiError('RouteNotFound', 'no such operation: GET /');
    }
    return reply.header('vary', 'accept').redirect('/console/', 302);
  });
};

/** The smallest form that the browser takes. */
function chosen(file: ConsoleFile, accepted: string): [string | undefined, Buffer] {
  const takes = (coding: string) =>
    accepted
      .split(',')
      .map((part) => part.trim().toLowerCase().split(';'))
      .some(([name, q]) => name?.trim() === coding && !/^\s*q=0(?:\.0*)?\s*$/.test(q ?? ''));
  if (file.br !== undefined && takes('br')) return ['br', file.br];
  if (file.gzip !== undefined && takes('gzip')) return ['gzip', file.gzip];
  return [undefined, file.plain];
}
