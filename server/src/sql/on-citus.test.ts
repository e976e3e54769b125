import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFilledTrail, type FilledTrail } from '../testing/filled-trail.ts';
import { type StatementCase, statementCases } from '../testing/statement-cases.ts';
import { testCluster } from '../testing/test-cluster.ts';

/** After five executions PostgreSQL may keep a plan, which Citus may refuse. */
const TIMES = 6;

/**
 * What a node does not ask of a cluster: it asks lane by lane (`oneLane`), or reads what is not folded apart
 * (`read-counts-apart.ts`, `find-unfolded.ts`).
 */
const NOT_ASKED =
  /^(?:count-due-webhooks|read-unfolded|read-rollups-by-(?:hour|day)|read-(?:archived-)?(?:undelivered|(?:created|latest)-invocations-(?:newest|oldest)-first(?:-undelivered)?))$/;

/** It takes minutes, and more on a busy machine. */
const LIMIT_MS = 30 * 60_000;

/** Of a real cluster, which `HOOKTRAIL_TEST_CITUS_URL` names; otherwise `every-statement.test.ts` checks the texts. */
describe.skipIf(!testCluster.isCitus)('on a Citus cluster', () => {
  let filled: FilledTrail;
  const cases = new Map<string, StatementCase>();

  beforeAll(async () => {
    filled = await createFilledTrail();
    for (const [file, statements] of Object.entries(statementCases(filled))) {
      statements.forEach((one, index) => {
        cases.set(`${file} ${index}`, one);
      });
    }
  });
  afterAll(() => filled.trail.drop());

  it(
    'runs every statement',
    async () => {
      const refused: string[] = [];
      const undone = new Error('undone');
      for (const [name, { noPlan, params, query }] of cases) {
        if (noPlan !== undefined || NOT_ASKED.test(query.name)) continue;
        const times = query.laneByLane === undefined ? TIMES : 1;
        for (let time = 1; time <= times; time++) {
          const error = await filled.trail.database
            .transaction(async (runner) => {
              await runner.run(query, params as never);
              throw undone;
            })
            .catch((failure: Error & { detail?: string }) => failure);
          if (error === undone) continue;
          refused.push(`${name} (${query.name}), ${time}: ${error.message} ${error.detail ?? ''}`);
          break;
        }
      }
      expect(cases.size).toBeGreaterThan(300);
      expect(refused).toEqual([]);
    },
    LIMIT_MS,
  );
});
