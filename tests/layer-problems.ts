import { posix } from 'node:path';
import type { Workspace } from './house.ts';

/** What the layers are checked on. */
export interface Tree {
  /** Each source file, by its path from the root, with what it imports as it names it. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** The public modules of each workspace, as the keys of `exports` in its `package.json`. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
}

const SCOPE = '@hooktrail/';

/** Everything by which a tree breaks the rules of its layers; each line names the file and the rule. */
export function layerProblems(
  tree: Tree,
  house: readonly Workspace[],
  apart: readonly string[],
): string[] {
  const problems: string[] = [];
  const sideways = new Map<string, string[]>();
  for (const [file, names] of tree.imports) {
    const workspace = house.find(({ name }) => file.startsWith(`${name}/`));
    if (workspace === undefined) {
      problems.push(`${file}: this workspace is not in tests/house.ts`);
      continue;
    }
    if (rankOf(file, workspace) === undefined) {
      problems.push(`${file}: its folder is in no floor of tests/house.ts`);
      continue;
    }
    const own: string[] = [];
    for (const name of names) {
      if (name.startsWith('.')) {
        const target = posix.join(posix.dirname(file), name);
        // A circle through several floors has an upward import, which is reported.
        if (tree.imports.has(target) && rankOf(target, workspace) === rankOf(file, workspace)) {
          own.push(target);
        }
        const problem = relativeProblem(file, target, workspace, apart);
        if (problem !== undefined) problems.push(`${file} imports ${target}: ${problem}`);
      } else if (name.startsWith(SCOPE)) {
        const problem = packageProblem(file, name.slice(SCOPE.length), workspace, tree);
        if (problem !== undefined) problems.push(`${file} imports ${name}: ${problem}`);
      }
    }
    sideways.set(file, own);
  }
  return [...problems, ...circles(sideways)];
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.endsWith('.global-setup.ts');
}

/** The folder of a file below its workspace's `src`. */
function folderOf(file: string, { name }: Workspace): string {
  return posix.relative(`${name}/src`, posix.dirname(file));
}

/** The position of a file's folder among the floors; support for tests stands above all of them. */
function rankOf(file: string, workspace: Workspace): number | undefined {
  const folder = folderOf(file, workspace);
  if (workspace.testSupport.includes(folder)) return workspace.floors.length;
  const rank = workspace.floors.indexOf(folder);
  return rank === -1 ? undefined : rank;
}

function relativeProblem(
  file: string,
  target: string,
  workspace: Workspace,
  apart: readonly string[],
): string | undefined {
  if (!target.startsWith(`${workspace.name}/`)) {
    return "a path into another workspace's inside; use what its package exports";
  }
  if (isTest(target) && !isTest(file)) return 'a test';
  const from = rankOf(file, workspace) as number;
  const to = rankOf(target, workspace);
  // Not a module of this workspace's sources, such as its package.json.
  if (to === undefined || isTest(file)) return undefined;
  if (to > from) return 'an upward import';
  const [fromFolder, toFolder] = [posix.dirname(file), posix.dirname(target)];
  if (fromFolder !== toFolder && apart.includes(fromFolder) && apart.includes(toFolder)) {
    return 'these folders stand side by side; move what both need to a lower one';
  }
  return undefined;
}

function packageProblem(
  file: string,
  name: string,
  workspace: Workspace,
  tree: Tree,
): string | undefined {
  const [target = '', ...rest] = name.split('/');
  const isSupport = workspace.testSupport.includes(folderOf(file, workspace));
  const allowed =
    target === workspace.name ||
    workspace.uses.includes(target) ||
    ((isTest(file) || isSupport) && workspace.testsUse.includes(target));
  if (!allowed) return `${workspace.name} may not use ${target}`;
  const key = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  const isPublic = tree.exports
    .get(target)
    ?.some((exported) =>
      exported.endsWith('/*') ? key.startsWith(exported.slice(0, -1)) : exported === key,
    );
  return isPublic ? undefined : `"${key}" is not among the exports of its package`;
}

/** Each circle once, as the files along it. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];

  function visit(file: string): void {
    const at = path.indexOf(file);
    if (at !== -1) {
      found.push(`a circle: ${[...path.slice(at), file].join(' -> ')}`);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  }

  for (const file of imports.keys()) visit(file);
  return found;
}
