import { defineConfig } from 'vitest/config';

// The SDK's own tests need no database: `npx vitest run --root sdk` starts in a second.
export default defineConfig({ test: { include: ['src/**/*.test.ts'] } });
