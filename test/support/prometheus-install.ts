import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { executable } from './apt.ts';
import { withDebianSuite } from './debian-suite.ts';
import type { Server } from './servers.ts';

/** Of Debian 12: what its Prometheus understands, later ones do too. */
const SUITE = 'bookworm';
const FOLDER = join(homedir(), '.cache', 'tidemark', `prometheus-${SUITE}`);

/** Checks rules and metrics, and runs the tests of rules. */
export const PROMTOOL = join(FOLDER, 'usr', 'bin', 'promtool');
export const PROMETHEUS = join(FOLDER, 'usr', 'bin', 'prometheus');

/** Unpacked, not installed: Debian's package would start a server of its own. */
export const PROMETHEUS_SERVER: Server = {
  name: `Prometheus of Debian ${SUITE}`,
  present: async () => (await executable(PROMTOOL)) && (await executable(PROMETHEUS)),
  install: async () => {
    await rm(FOLDER, { recursive: true, force: true });
    await withDebianSuite(SUITE, `${FOLDER}.work`, (suite) => suite.unpack(['prometheus'], FOLDER));
  },
  hint: `install prometheus so that ${PROMTOOL} and ${PROMETHEUS} exist`,
};
