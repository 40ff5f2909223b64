import { ArchivedError } from '../../../lib/catalog/errors.ts';
import { wasNotTried } from '../../../lib/engines/drill-record.ts';
import { EngineInputError } from '../../../lib/engines/input-error.ts';
import { RestoreError, RestoreTargetError } from '../../../lib/engines/restore-target.ts';

test.each([
  [new EngineInputError('there is no such backup'), true],
  [new RestoreTargetError('no room'), true],
  [new ArchivedError('in an archive'), true],
  [new RestoreError('the server does not start'), false],
  [new Error('anything else'), false],
  [null, false],
])('%s says nothing about the backups: %s', (failure, expected) => {
  expect(wasNotTried(failure)).toBe(expected);
});
