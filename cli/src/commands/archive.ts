import type { AddCommand } from '../session/act.ts';
import { addReconcile } from './archive/add-reconcile.ts';
import { addResend } from './archive/add-resend.ts';
import { addRun } from './archive/add-run.ts';
import { addSources } from './archive/add-sources.ts';
import { addUpkeep } from './archive/add-upkeep.ts';

/** The trails of remote accounts, kept. */
export const archive: AddCommand = (parent, act) => {
  const group = parent
    .command('archive')
    .description(
      'Archives the trail of Zendesk accounts before Zendesk forgets it (docs/archive.md). An argument SOURCE is an id or a name.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail archive add acme --subdomain acme --email admin@acme.example --api-token-file token.txt
  $ hooktrail archive status acme
  $ hooktrail archive edit acme --bodies all --rate-share 50
  $ hooktrail archive gaps acme --all --output csv
  $ hooktrail archive resend origin:acme state:undelivered since:2d --dry-run
  $ hooktrail archive reconcile acme --since 2d
  $ hooktrail archive run --zendesk acme --to /var/lib/acme-trail   # no server`,
    );
  addSources(group, act);
  addUpkeep(group, act);
  addResend(group, act);
  addReconcile(group, act);
  addRun(group, act);
};
