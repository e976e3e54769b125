import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { createRoomReader } from '../../keep/create-room-reader.ts';
import type { Storage } from '../../keep/storage.ts';
import type { Clock } from '../../model/clock.ts';
import type { ConditionReader } from '../condition.ts';
import { createCertificateReader } from './create-certificate-reader.ts';
import { createNodeReader } from './create-node-reader.ts';
import { createReconcileReader } from './create-reconcile-reader.ts';
import { createSecretReader } from './create-secret-reader.ts';
import { createStorageReader } from './create-storage-reader.ts';

interface Parts {
  readonly citus: boolean;
  readonly clock: Clock;
  readonly database: Runner;
  readonly databaseUrl: string;
  readonly directory: Pick<Directory, 'account' | 'webhooks'>;
  /** What the database may take; undefined: no limit but the disk. */
  readonly mostBytes: number | undefined;
  readonly storage: Pick<Storage, 'read'>;
}

/** Makes the readers of what people must see to, or it breaks: certificates, secrets, room, nodes, lost invocations. */
export function createUpkeepReaders(parts: Parts): readonly ConditionReader[] {
  return [
    createCertificateReader(parts),
    createSecretReader(parts),
    createStorageReader({ ...parts, readRoom: createRoomReader(parts) }),
    createNodeReader(parts),
    createReconcileReader(parts),
  ];
}
