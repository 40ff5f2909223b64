import { S3ServiceException } from '@aws-sdk/client-s3';
import { explain } from '../../../../lib/stores/s3/errors.ts';
import { parseLocation } from '../../../../lib/stores/s3/location.ts';

const location = parseLocation(new URL('s3://backups?region=eu-central-1'));

/** Answers that no server of these tests gives. */
function answer(name: string, httpStatusCode: number, message = name): S3ServiceException {
  return new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
}

describe('an error of S3', () => {
  test.each([
    ['InvalidObjectState', 403, 'ObjectArchivedError', /archived and has to be thawed/],
    ['PermanentRedirect', 301, 'StoreAccessError', /region eu-central-1 is not the bucket's/],
    ['ExpiredToken', 400, 'StoreAccessError', /missing, wrong or expired/],
    ['RequestTimeTooSkewed', 403, 'StoreAccessError', /clock is wrong/],
    ['AccessDenied', 403, 'StoreAccessError', /access denied/],
    ['SlowDown', 503, 'StoreUnavailableError', /refuses requests/],
    ['KMS.DisabledException', 400, 'StoreError', /KMS\.DisabledException/],
  ])('%s (%i) becomes a %s', (name, status, kind, message) => {
    const error = explain(location, 'write x', answer(name, status));
    expect(error.name).toBe(kind);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^cannot write x in s3:\/\/backups/);
    expect(error.cause).toHaveProperty('name', name);
  });

  test('that is explained already stays as it is', () => {
    const error = explain(location, 'write x', answer('AccessDenied', 403));
    expect(explain(location, 'write y', error)).toBe(error);
  });
});
