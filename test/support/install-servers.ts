/** Installs what the integration tests need and lacks: `npm run servers`. Fast when nothing is missing. */
import { SERVERS } from './servers.ts';

const missing: string[] = [];
for (const server of SERVERS) {
  if (await server.present()) {
    console.log(`${server.name}: present`);
    continue;
  }
  console.log(`${server.name}: installing, which can take some minutes`);
  try {
    await server.install();
    if (!(await server.present())) throw new Error('installed, but its programs are not there');
    console.log(`${server.name}: installed`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    missing.push(`${server.name} is missing: ${reason}; ${server.hint}`);
  }
}
for (const line of missing) console.error(line);
if (missing.length > 0) process.exitCode = 1;
