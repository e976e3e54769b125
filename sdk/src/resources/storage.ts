import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Storage } from '../models/storage.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { storage } from '../shapes/storage.ts';

/** Shows operators what the database takes. */
export type ShowStorage = (options?: CallOptions) => APIPromise<Storage>;

const readStorage = readOne('storage', storage);

/** Creates the operation that shows what the database takes. */
export const showStorage =
  (send: Send): ShowStorage =>
  (options) =>
    send({ path: v1Path('storage') }, readStorage, options);
