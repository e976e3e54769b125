#!/usr/bin/env node
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Hooktrail needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
// A clone runs what the compiler wrote; the package has a copy in `lib`, with everything it needs.
const compiled = new URL('../dist/main.js', import.meta.url);
await import(existsSync(compiled) ? compiled.href : '../lib/cli/dist/main.js');
