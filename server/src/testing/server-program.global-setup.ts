import type { TestProject } from 'vitest/node';
import { bundleServer } from './bundle-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built server, bundled: what a node in a process of its own runs. */
    serverProgram: string;
  }
}

/** Bundles the built server once for all test files of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { program, remove } = await bundleServer();
  project.provide('serverProgram', program);
  return remove;
}
