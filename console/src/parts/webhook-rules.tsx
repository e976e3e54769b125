import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useDelivery } from '../data/use-delivery.ts';
import { SHOWN_RULES } from '../model/shown-rules.ts';
import { Confirm } from './confirm.tsx';
import { Failure } from './failure.tsx';
import { RulesForm } from './rules-form.tsx';
import { Table } from './table.tsx';

/** The rules that apply to a webhook, where each comes from, and their change. */
export function WebhookRules({ id, name }: { id: string; name: string }) {
  const rules = useDelivery(id);
  const [changing, setChanging] = useState(false);
  const [resetting, setResetting] = useState(false);
  const failure = rules.error && (
    <Failure what="The rules" error={rules.error} onRetry={() => void rules.refetch()} />
  );
  if (rules.data === undefined) return failure;
  const { delivery, effective } = rules.data;
  const own = SHOWN_RULES.filter(([key]) => delivery[key] !== undefined);
  if (changing) {
    return (
      <>
        {failure}
        <RulesForm
          id={id}
          rules={rules.data}
          onDone={() => {
            setChanging(false);
            void cache.invalidateQueries();
          }}
        />
      </>
    );
  }
  return (
    <>
      {failure}
      <Table label="Rules" heads={['Rule', 'In effect', 'From']}>
        {SHOWN_RULES.map(([key, label, show]) => (
          <tr key={key}>
            <td>
              <strong>{label}</strong>
            </td>
            <td>{show(effective)}</td>
            <td class="soft" data-head="From">
              {delivery[key] === undefined ? `profile ${effective.profile}` : 'this webhook'}
            </td>
          </tr>
        ))}
      </Table>
      {mayAct.value && (
        <div class="body row">
          <button type="button" class="button" onClick={() => setChanging(true)}>
            Change the rules
          </button>
          {own.length > 0 && (
            <button type="button" class="button plain" onClick={() => setResetting(true)}>
              Reset to the profile
            </button>
          )}
        </div>
      )}
      {resetting && (
        <Confirm
          title={`Reset the rules of ${name}`}
          act={`Remove ${own.length} own ${own.length === 1 ? 'rule' : 'rules'}`}
          onAct={async () => {
            await hooktrail.webhooks.updateDelivery(id, {});
            toast.value = { text: `${name} follows profile ${effective.profile}.` };
            await cache.invalidateQueries();
          }}
          onClose={() => setResetting(false)}
        >
          <p>
            {own.map(([, label]) => label).join(', ')}: from the next attempt on, profile{' '}
            {effective.profile} decides. Invocations that wait for a retry keep their time.
          </p>
        </Confirm>
      )}
    </>
  );
}
