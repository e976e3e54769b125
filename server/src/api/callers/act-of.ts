import type { FastifyRequest } from 'fastify';
import type { Act } from '../../model/act.ts';
import { clientAddress } from './client-address.ts';

/** The operation of a request and its caller, for the audit. */
export function actOf(
  request: Pick<FastifyRequest, 'caller' | 'id' | 'method' | 'routeOptions' | 'ip' | 'socket'>,
): Act {
  const { caller, id, method, routeOptions } = request;
  const { operationId } = routeOptions.schema as { operationId: string };
  return {
    operation: operationId,
    by: {
      accountId: caller.accountId,
      tokenId: caller.tokenId,
      requestId: id,
      method,
      address: clientAddress(request),
    },
  };
}
