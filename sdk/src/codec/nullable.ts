import type { Kind, NullableKind } from './kind.ts';

/** A field in which `null` means something else than absent, so that reading keeps it. */
export const nullable = <T>(kind: Kind<T>): NullableKind<T> => ({ ...kind, keepsNull: true });
