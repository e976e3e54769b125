import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** The views of a screen that the account saved, by name. Colleagues seldom add one. */
export const useViews = (screen: string, enabled: boolean) =>
  useQuery({
    queryKey: ['views'],
    queryFn: ({ signal }) => hooktrail.views.list({ signal }),
    staleTime: 30_000,
    enabled,
    select: (views) =>
      views
        .filter((view) => view.screen === screen)
        .sort((one, other) => one.name.localeCompare(other.name)),
  });
