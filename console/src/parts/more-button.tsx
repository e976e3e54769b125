interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** Loads the next page of a list whose pages are small. */
export function MoreButton({ list }: { list: Pages }) {
  if (!list.hasNextPage) return null;
  const busy = list.isFetchingNextPage;
  return (
    <div class="row pad">
      <button
        type="button"
        class="button"
        disabled={busy}
        onClick={() => void list.fetchNextPage()}
      >
        {busy ? 'Loading' : 'Show more'}
      </button>
    </div>
  );
}
