import { slotName } from '../../../../lib/engines/postgresql/plan.ts';

test('slots have no hyphens', () => {
  expect(slotName('order-lines')).toBe('tidemark_order_lines');
});
