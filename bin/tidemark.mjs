#!/usr/bin/env node
// Runs bin/tidemark.ts on the Node.js that the project pins, whichever one started this file.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const PINNED_MAJOR = 24;
const script = fileURLToPath(new URL('./tidemark.ts', import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= PINNED_MAJOR) {
  await import('./tidemark.ts');
} else {
  const require = createRequire(import.meta.url);
  const node = fileURLToPath(
    new URL(
      `bin/node${process.platform === 'win32' ? '.exe' : ''}`,
      `file://${require.resolve('node/package.json')}`,
    ),
  );
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 130 : 1);
  });
  child.on('error', (error) => {
    process.stderr.write(
      `error: cannot start Node.js ${PINNED_MAJOR} (${error.message}); run npm ci\n`,
    );
    process.exitCode = 1;
  });
}
