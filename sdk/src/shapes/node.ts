import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { Node, NodeLoad } from '../models/node.ts';

/** A node. */
export const node = model<Node>({
  id: asIs,
  state: asIs,
  version: asIs,
  host: asIs,
  address: asIs,
  startedAt: time,
  seenAt: time,
  load: model<NodeLoad>({
    cpu: asIs,
    eventLoop: asIs,
    memoryBytes: asIs,
    places: asIs,
    placesLimit: asIs,
    requests: asIs,
  }),
  lagMs: asIs,
});
