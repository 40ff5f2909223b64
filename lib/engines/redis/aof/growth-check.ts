import type { LocalLog } from './local-log.ts';
import type { ServerView } from './server.ts';
import type { ShippingState } from './state.ts';

/** Where the server writes and the files do not grow, they are another server's. */
export class GrowthCheck {
  readonly #state: Pick<ShippingState, 'run' | 'directory'>;
  /** Of the last time. */
  #before: { files: string; fileBytes: number; ownBytes: number } | undefined;

  constructor(state: Pick<ShippingState, 'run' | 'directory'>) {
    this.#state = state;
  }

  /** @param view asked before the log was looked at */
  async passes(log: LocalLog, { runId, fileBytes }: ServerView): Promise<boolean> {
    const before = this.#before;
    const ownBytes = await log.currentBytes();
    // A server that was started counts anew, and so does one that has rewritten its files.
    const files = `${runId}/${log.base.sequence}`;
    this.#before = { files, fileBytes, ownBytes };
    if (before?.files !== files) return true;
    if (fileBytes <= before.fileBytes || ownBytes > before.ownBytes) return true;
    // Until it does: the next time would only see that nobody writes any more.
    this.#before = before;
    const { run, directory } = this.#state;
    const message = `Redis writes to its append-only file, and nothing arrives in ${directory}: is it the volume of another server?`;
    run.report({ level: 'warning', message });
    return false;
  }
}
