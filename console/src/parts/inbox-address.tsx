import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';

/** The address of an inbox, which the node does not keep: the reader takes it now or makes another one. */
export function InboxAddress({
  name,
  address,
  onHide,
}: {
  name: string;
  address: string;
  onHide: () => void;
}) {
  return (
    <Notice>
      <p class="grow wrap">
        <strong>The address of {name}, shown this once:</strong> <code class="wrap">{address}</code>
        <br />
        <span class="soft">
          Enter it as the endpoint at the sender. Whoever has it may send here: keep it like a
          password.
        </span>
      </p>
      <CopyButton text={address} />
      <button type="button" class="button plain small" onClick={onHide}>
        Hide
      </button>
    </Notice>
  );
}
