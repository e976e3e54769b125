import { writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { describeApi } from './describe-api.ts';

/** `node server/dist/api/write-openapi.js FILE` writes the OpenAPI document. */
const file = argv[2];
if (file === undefined) throw new Error('usage: write-openapi.js FILE');
await writeFile(file, await describeApi());
