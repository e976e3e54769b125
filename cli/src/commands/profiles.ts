import { configPath } from '../connection/config-path.ts';
import {
  type Profile,
  type Profiles,
  readProfiles,
  writeProfiles,
} from '../connection/profiles.ts';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestName } from '../failures/nearest-name.ts';
import type { AddCommand } from '../session/act.ts';
import type { Context } from '../session/context.ts';
import { profileView } from '../views/profile-view.ts';

/** What `login` stored. */
export const profiles: AddCommand = (parent, act) => {
  const group = parent
    .command('profiles')
    .description('The servers and tokens that `hooktrail login` stored. Tokens are not shown.')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail profiles list
  $ hooktrail profiles use production`,
    );

  group
    .command('list')
    .description('Lists the profiles.')
    .action(
      act(async (context) => {
        const known = await readProfiles(pathOf(context));
        const rows = Object.entries(known.profiles).map(([profile, { url }]) => ({
          profile,
          url,
          current: profile === known.current,
        }));
        await context.printer.list(rows, profileView);
      }),
    );

  group
    .command('use')
    .description('Chooses the profile that is used when none is named.')
    .argument('<profile>', 'its name')
    .action(
      act(async (context, name: string) => {
        const known = await readProfiles(pathOf(context));
        const { url } = profileOf(known, name);
        await writeProfiles(pathOf(context), { ...known, current: name });
        await context.printer.one({ profile: name, url, current: true }, profileView);
      }),
    );

  group
    .command('remove')
    .description('Removes a profile with its token from the file. The token stays valid.')
    .argument('<profile>', 'its name')
    .action(
      act(async (context, name: string) => {
        const known = await readProfiles(pathOf(context));
        const removed = profileOf(known, name);
        const { [name]: _removed, ...others } = known.profiles;
        await writeProfiles(pathOf(context), { ...known, profiles: others });
        await context.printer.one({ profile: name, url: removed.url }, profileView);
      }),
    );
};

const pathOf = ({ terminal }: Context): string => configPath(terminal.environment);

/** Of the file itself: `constructor` is a property of every object. */
function profileOf({ profiles }: Profiles, name: string): Profile {
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found !== undefined) return found;
  const near = nearestName(name, Object.keys(profiles));
  throw new CommandFailure(
    `there is no profile "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    {
      exitCode: EXIT.notFound,
      code: 'UnknownProfile',
      next: 'List them: hooktrail profiles list',
    },
  );
}
