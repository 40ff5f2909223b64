/** What `body` yields, until the signal fires: then its reason is thrown, even if `body` never answers again. */
export async function* interruptible<T>(
  body: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const source = body[Symbol.asyncIterator]();
  let ended = false;
  // One listener for all steps: a stream has hundreds of thousands of them.
  let interrupt: (reason: unknown) => void = () => {};
  const abort = () => interrupt(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        interrupt = reject;
        source.next().then(resolve, reject);
      });
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not awaited: a generator that waits for its own input answers `return` only after that.
    if (!ended) source.return?.().catch(() => {});
  }
}

/** The promise's result, or a rejection with the signal's reason as soon as it fires. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Promise.race would leave a reaction on the signal's side for every call, for as long as it lives.
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
