import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** The rules that look at colours. The others find the same in every theme. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe finds wrong with a page: WCAG 2.2 A and AA, and its best practices; or its colours alone. */
export async function axeProblems(page: Page, of?: 'colours'): Promise<string[]> {
  await page.evaluate(AXE);
  const options = JSON.stringify({
    // It also describes what is right, element by element, unless it need not.
    resultTypes: ['violations'],
    ...(of !== undefined && { runOnly: OF_COLOURS }),
  });
  const { violations } = await page.evaluate<Found>(`axe.run(document, ${options})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}
