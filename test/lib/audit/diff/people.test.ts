import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { production } from '../../plan/example.ts';
import { diff } from './versions.ts';

const people = (principals?: string[], bypassGovernance = false): PlanInput => ({
  ...production({ lock: 'governance' }),
  ...(principals && { access: { breakGlass: { principals, bypassGovernance } } }),
});

test.each([
  [
    'people who read',
    people(),
    people(['user/anna']),
    'changes: user/anna may break the glass: they read every backup',
    'changes: nobody can break the glass any more: only the roles of the sources read backups',
  ],
  [
    'people who remove',
    people(),
    people(['user/anna'], true),
    'shrinks: user/anna may break the glass: they read every backup, and may also remove what is locked in governance mode',
    'grows: nobody can break the glass any more: only the roles of the sources read backups',
  ],
  [
    'the right to remove',
    people(['user/anna']),
    people(['user/anna'], true),
    'shrinks: who breaks the glass may also remove what is locked in governance mode',
    'grows: who breaks the glass can no longer remove what is locked in governance mode',
  ],
  [
    'other people, who remove',
    people(['user/anna']),
    people(['user/ben'], true),
    'shrinks: who breaks the glass may also remove what is locked in governance mode; user/ben may break the glass instead of user/anna',
    'grows: who breaks the glass can no longer remove what is locked in governance mode; user/anna may break the glass instead of user/ben',
  ],
])('%s are told, and so is the way back', (_, before, after, there, back) => {
  expect(diff(before, after)).toEqual([there]);
  expect(diff(after, before)).toEqual([back]);
});

test('the same people in another order are no change', () => {
  expect(diff(people(['user/anna', 'user/ben']), people(['user/ben', 'user/anna']))).toEqual([]);
});
