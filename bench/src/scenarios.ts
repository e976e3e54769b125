import type { Scenario } from './model/scenario.ts';
import { accept } from './scenarios/accept.ts';
import { age } from './scenarios/age.ts';
import { archive } from './scenarios/archive.ts';
import { attempts } from './scenarios/attempts.ts';
import { backlog } from './scenarios/backlog.ts';
import { batch } from './scenarios/batch.ts';
import { command } from './scenarios/command.ts';
import { console } from './scenarios/console.ts';
import { consoles } from './scenarios/consoles.ts';
import { directory } from './scenarios/directory.ts';
import { drain } from './scenarios/drain.ts';
import { endToEnd } from './scenarios/end-to-end.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { feed } from './scenarios/feed.ts';
import { idle } from './scenarios/idle.ts';
import { keys } from './scenarios/keys.ts';
import { latency } from './scenarios/latency.ts';
import { list } from './scenarios/list.ts';
import { metrics } from './scenarios/metrics.ts';
import { neighbour } from './scenarios/neighbour.ts';
import { neighbourAccount } from './scenarios/neighbour-account.ts';
import { nodes } from './scenarios/nodes.ts';
import { onlookers } from './scenarios/onlookers.ts';
import { processes } from './scenarios/processes.ts';
import { query } from './scenarios/query.ts';
import { replay } from './scenarios/replay.ts';
import { retention } from './scenarios/retention.ts';
import { sdk } from './scenarios/sdk.ts';
import { search } from './scenarios/search.ts';
import { snapshot } from './scenarios/snapshot.ts';
import { statements } from './scenarios/statements.ts';
import { storage } from './scenarios/storage.ts';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  accept,
  batch,
  drain,
  endToEnd,
  latency,
  metrics,
  fanOut,
  backlog,
  idle,
  directory,
  sdk,
  command,
  list,
  attempts,
  query,
  neighbour,
  neighbourAccount,
  search,
  keys,
  feed,
  onlookers,
  consoles,
  console,
  replay,
  retention,
  archive,
  nodes,
  processes,
  age,
  snapshot,
  storage,
  statements,
];
