import { codesOf, findingsOf, plan } from '../example.ts';

test('a plan without mistakes has nothing but information', () => {
  expect(findingsOf(plan()).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    'info TM102',
    'info TM103',
    'info TM650',
  ]);
});

test('TM102 asks for a drill until a restore is measured', () => {
  expect(codesOf(plan())).toContain('TM102');
  expect(codesOf({})).not.toContain('TM102');
});
