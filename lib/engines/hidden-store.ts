import { seeingHidden } from '../stores/hidden.ts';
import type { EngineName } from './registry.ts';
import type { RunContext } from './run.ts';

/** The same run, which also sees what delete markers hide. Without the right to, it goes on with what is not hidden. */
export function withHidden<E extends EngineName>(run: RunContext<E>): RunContext<E> {
  const store = seeingHidden(run.store, ({ message }) =>
    run.report({ level: 'warning', message: `what is hidden was not looked at: ${message}` }),
  );
  return { ...run, store };
}
