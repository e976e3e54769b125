import type { Role } from '../../model/account.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. Set on every route under `/api/v2` and `/v1`. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** The roles that may call. Set on every route under `/api/v2` and `/v1`. */
    roles?: ReadonlySet<Role>;
  }
}

/** The account, token and role that a request authenticates as. */
export interface Caller {
  readonly accountId: number;
  readonly tokenId: string;
  readonly role: Role;
  /** The session of a browser that carries no token. */
  readonly session?: string;
}
