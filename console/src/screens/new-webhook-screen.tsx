import { useLocation } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { WebhookForm } from '../parts/webhook-form.tsx';

/** Creates a webhook, after a test if the reader wants one, and leads to it. */
export function NewWebhookScreen() {
  const { route } = useLocation();
  if (!mayAct.value) {
    return (
      <Page title="Create a webhook">
        <Empty title="Your token may not create webhooks">
          <p>Sign in with a token of role admin.</p>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="Create a webhook">
      <WebhookForm
        act="Create the webhook"
        onCancel={() => route('/console/webhooks')}
        onSave={async (input) => {
          const { id, name } = await hooktrail.webhooks.create(input);
          await cache.invalidateQueries({ queryKey: ['webhooks'] });
          toast.value = { text: `${name} is created. Publish an event to see its first delivery.` };
          route(`/console/webhooks/${id}`);
        }}
      />
    </Page>
  );
}
