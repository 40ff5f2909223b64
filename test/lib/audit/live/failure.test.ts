import { failureOf, unlessAbsent } from '../../../../lib/audit/live/failure.ts';

const failed = (name: string, status?: number): Error =>
  Object.assign(new Error('why'), {
    name,
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
  });

test.each([
  ['NoSuchBucket', 404, 'absent'],
  ['NoSuchEntityException', 404, 'absent'],
  ['ResourceNotFoundException', 400, 'absent'],
  ['AWS.SimpleQueueService.NonExistentQueue', 400, 'absent'],
  ['StateMachineDoesNotExist', 400, 'absent'],
  ['AccessDenied', 403, 'denied'],
  ['AccessDeniedException', 400, 'denied'],
  ['NamelessRefusal', 403, 'denied'],
  ['Throttling', 400, 'throttled'],
  ['ThrottlingException', 400, 'throttled'],
  ['SlowDown', 503, 'throttled'],
  ['TooManyRequestsException', 429, 'throttled'],
  ['ExpiredToken', 403, 'credentials'],
  ['ExpiredTokenException', 400, 'credentials'],
  ['UnrecognizedClientException', 403, 'credentials'],
  ['InternalFailure', 500, 'other'],
])('%s with status %i is %s', (name, status, kind) => {
  expect(failureOf(failed(name, status)).kind).toBe(kind);
});

test('without credentials and without an answer there is no status', () => {
  expect(failureOf(failed('CredentialsProviderError')).kind).toBe('credentials');
  expect(failureOf(failed('TimeoutError'))).toEqual({
    kind: 'unreachable',
    reason: 'no answer (TimeoutError: why)',
  });
});

test('only the errors that are named mean that there is none', async () => {
  const refuse = (name: string) => Promise.reject(failed(name, 404));
  await expect(unlessAbsent(refuse('NoSuchBucketPolicy'), 'NoSuchBucketPolicy')).resolves.toBe(
    undefined,
  );
  await expect(unlessAbsent(refuse('NoSuchBucket'), 'NoSuchBucketPolicy')).rejects.toThrow('why');
});
