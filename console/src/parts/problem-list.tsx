import type { Problem, Problems } from '@hooktrail/sdk/hooktrail';
import { useJobNames } from '../data/use-job-names.ts';
import { useOpenAlerts } from '../data/use-open-alerts.ts';
import { formatCount } from '../model/format-count.ts';
import type { Tone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Time } from './time.tsx';

/** How each kind is shown; one of a later version counts as bad, so that it is seen. */
const KINDS: Readonly<Record<string, readonly [tone: Tone, one: string, many: string]>> = {
  breaker: ['bad', 'breaker open', 'breakers open'],
  job: ['bad', 'job stopped', 'jobs stopped'],
  failing: ['bad', 'webhook failing', 'webhooks failing'],
  source: ['bad', 'source behind or not read', 'sources behind or not read'],
  gap: ['bad', 'source with new gaps', 'sources with new gaps'],
  backlog: ['bad', 'backlog', 'backlogs'],
  inactive: ['hold', 'webhook switched off', 'webhooks switched off'],
  paused: ['hold', 'paused', 'paused'],
};

const toneOf = (kind: string): Tone => KINDS[kind]?.[0] ?? 'bad';

const counted = (kind: string, count: number) =>
  `${formatCount(count)} ${KINDS[kind]?.[count === 1 ? 1 : 2] ?? kind}`;

function Subject({
  problem: { job, source, webhook },
  jobNames,
}: {
  problem: Problem;
  jobNames: ReadonlyMap<string, string>;
}) {
  if (source !== undefined) {
    return (
      <a href={`/console/sources/${source.id}`}>
        <strong>{source.name}</strong>
      </a>
    );
  }
  if (webhook !== undefined) {
    return (
      <a href={`/console/webhooks/${webhook.id}`}>
        <strong>{webhook.name}</strong>
      </a>
    );
  }
  if (job === undefined) return null;
  return (
    <a href={`/console/jobs/${job.id}`}>
      <strong>{jobNames.get(job.id) ?? `Job ${job.id}`}</strong>
    </a>
  );
}

/** Everything that is wrong, of the same webhook together, the worst first. */
export function ProblemList({ found }: { found: Problems }) {
  const { counts, meta, problems } = found;
  const jobNames = useJobNames(problems.flatMap(({ job }) => job?.id ?? []));
  const subjects = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = problem.webhook?.id ?? problem.source?.id ?? problem.job?.id ?? problem.explanation;
    subjects.set(key, [...(subjects.get(key) ?? []), problem]);
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isPartial = meta.counted < meta.webhooks;
  // The overview has them above.
  const isAlerted = (useOpenAlerts().data?.items.length ?? 0) > 0;
  const nothing = isAlerted ? 'Nothing else is wrong' : 'Nothing is wrong';
  return (
    <section class="card scroll-x" aria-label="What is wrong">
      <header>
        <h2 class="grow">{total === 0 ? nothing : 'What is wrong'}</h2>
        {total > 0 && <a href="/console/undelivered">Undelivered now</a>}
      </header>
      {total === 0 ? (
        <div class="body soft">
          No breaker is open, no job stopped, nothing waits or is paused, no source is behind, no
          webhook fails more than one attempt in twenty.
        </div>
      ) : (
        <>
          <div class="body row">
            {Object.entries(counts)
              .filter(([, count]) => count > 0)
              .map(([kind, count]) => (
                <Badge key={kind} tone={toneOf(kind)}>
                  {counted(kind, count)}
                </Badge>
              ))}
          </div>
          <table class="table">
            <thead class="sr">
              <tr>
                <th>What</th>
                <th>Why</th>
              </tr>
            </thead>
            <tbody>
              {[...subjects].map(([key, list]) => {
                const [first] = list as [Problem];
                return (
                  <tr key={key}>
                    <td class="wrap">
                      <Subject problem={first} jobNames={jobNames} />
                    </td>
                    <td>
                      {list.map(({ explanation, kind, since }) => (
                        <div key={kind} class="wrap">
                          <Badge tone={toneOf(kind)}>{kind}</Badge> {explanation}
                          {since && (
                            <span class="soft">
                              , since <Time at={since} />
                            </span>
                          )}
                        </div>
                      ))}
                      {first.webhook && (
                        <a
                          href={`/console/invocations?q=${encodeURIComponent(`webhook:${first.webhook.id} state:undelivered`)}`}
                        >
                          See them
                        </a>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {problems.length < total && (
            <div class="body soft">
              The first {formatCount(problems.length)} of {formatCount(total)} are shown.
            </div>
          )}
        </>
      )}
      {isPartial && (
        <div class="body soft">
          Attempts of {formatCount(meta.counted)} of {formatCount(meta.webhooks)} webhooks are
          counted so far; the rest follows while this screen is open.
        </div>
      )}
    </section>
  );
}
