/** Loads the next page of a list whose pages are small. */
export function MoreButton({
  shown,
  busy,
  onMore,
}: {
  shown: boolean;
  busy: boolean;
  onMore: () => void;
}) {
  if (!shown) return null;
  return (
    <div class="row pad">
      <button type="button" class="button" disabled={busy} onClick={onMore}>
        {busy ? 'Loading' : 'Show more'}
      </button>
    </div>
  );
}
