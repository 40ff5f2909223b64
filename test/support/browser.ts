import { access } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM } from './servers.ts';

/** Flags of a browser that runs as any user, with no screen, and talks to nobody of its own accord. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium without a window; the caller closes it. */
export async function startBrowser(): Promise<Browser> {
  await access(CHROMIUM).catch((cause) => {
    throw new Error(`no Chromium at ${CHROMIUM}; run \`npm run servers\``, { cause });
  });
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}
