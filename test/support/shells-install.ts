import { aptInstall, executable } from './apt.ts';
import type { Server } from './servers.ts';

/** Shells that complete command lines; Debian has bash anyway. */
export const COMPLETING_SHELLS: Server = {
  name: 'zsh and fish',
  present: async () => (await executable('/usr/bin/zsh')) && (await executable('/usr/bin/fish')),
  install: () => aptInstall(['zsh', 'fish']),
  hint: 'install zsh and fish, and link them into /usr/bin',
};
