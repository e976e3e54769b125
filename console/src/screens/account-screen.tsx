import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from '../data/hooktrail.ts';
import { session } from '../data/session.ts';
import { AccountForm } from '../parts/account-form.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { SearchKeys } from '../parts/search-keys.tsx';

/** The account: its name, its rules, and the keys by which events are found. */
export function AccountScreen() {
  const account = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => hooktrail.account.get({ signal }),
  });
  const who = session.value;
  return (
    <Page title="Account">
      {account.error && (
        <Failure what="The account" error={account.error} onRetry={() => void account.refetch()} />
      )}
      {account.isLoading && <Loading what="the account" />}
      {account.data && (
        // Another reader's change begins the form again, with what was written in this tab.
        <AccountForm
          key={JSON.stringify([account.data.name, account.data.profile])}
          account={account.data}
        />
      )}
      {typeof who === 'object' && who && <SearchKeys accountId={who.account.id} />}
      {typeof who === 'object' && who && (
        <section class="card" aria-label="This session">
          <header>
            <h2>This session</h2>
          </header>
          <div class="body">
            <dl class="facts">
              <dt>Token</dt>
              <dd>{who.tokenName}</dd>
              <dt>Role</dt>
              <dd>{who.role}</dd>
              {who.version && (
                <>
                  <dt>Version</dt>
                  <dd>{who.version}</dd>
                </>
              )}
            </dl>
          </div>
        </section>
      )}
    </Page>
  );
}
