/** How long a write that was ended waits for the answer that names its upload, without which it cannot be given up. */
const NAME_WITHIN_MS = 5_000;

/** Asks for what has to be known to clean up: the signal that `ask` is given fires some seconds after `signal`. */
export async function answerWanted<T>(
  signal: AbortSignal,
  ask: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    timer = setTimeout(() => late.abort(signal.reason), NAME_WITHIN_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await ask(late.signal);
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  }
}
