import { Patience } from '../../../../lib/stores/s3/patience.ts';

const AWAY = { errorType: 'TRANSIENT' } as const;
/** Longer than any first delay. */
const FIRST_DELAYS_MS = 1_000;

test('a delay has passed when the request may be repeated: the client sets no timer for it', async () => {
  const patience = new Patience(60_000);
  const began = performance.now();
  const token = await patience.refreshRetryTokenForRetry(
    await patience.acquireInitialRetryToken(),
    AWAY,
  );
  expect(performance.now() - began).toBeGreaterThan(50);
  expect(token.getRetryDelay()).toBe(0);
  expect(token.getRetryCount()).toBe(1);
});

test('delays grow until patience ends', async () => {
  const patience = new Patience(FIRST_DELAYS_MS);
  let token = await patience.acquireInitialRetryToken();
  const delays: number[] = [];
  const repeat = async () => {
    for (;;) {
      const began = performance.now();
      token = await patience.refreshRetryTokenForRetry(token, AWAY);
      delays.push(performance.now() - began);
    }
  };
  await expect(repeat()).rejects.toThrow('patience has ended');
  expect(delays.length).toBeGreaterThan(1);
  expect(delays.at(-1)).toBeGreaterThan(delays[0] ?? 0);
});

test('its end interrupts the delays and lets no request begin', async () => {
  const patience = new Patience(60_000);
  let token = await patience.acquireInitialRetryToken();
  for (let failure = 0; failure < 3; failure++) {
    token = await patience.refreshRetryTokenForRetry(token, AWAY);
  }
  const began = performance.now();
  const waiting = patience.refreshRetryTokenForRetry(token, AWAY);
  patience.end();
  await expect(waiting).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(500);
  await expect(patience.acquireInitialRetryToken()).rejects.toThrow('the store has been closed');
});

test('a refusal by which the client sets its clock is worth one more try, and no more', async () => {
  const patience = new Patience(60_000);
  const failure = {
    errorType: 'TRANSIENT',
    error: {
      name: 'NotFound',
      message: 'NotFound',
      $metadata: { httpStatusCode: 404, clockSkewCorrected: true },
    },
  } as const;
  const token = await patience.refreshRetryTokenForRetry(
    await patience.acquireInitialRetryToken(),
    failure,
  );
  await expect(patience.refreshRetryTokenForRetry(token, failure)).rejects.toThrow(
    'not a failure that passes',
  );
});
