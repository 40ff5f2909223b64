import { Slots } from '../../../lib/stores/slots.ts';

const never = new AbortController().signal;

describe('slots', () => {
  test('are given in the order in which they were asked for', async () => {
    const slots = new Slots(1);
    await slots.acquire(never);
    const order: number[] = [];
    const waiting = [1, 2, 3].map((n) => slots.acquire(never).then(() => order.push(n)));
    expect(order).toEqual([]);
    for (const turn of waiting) {
      slots.release();
      await turn;
    }
    expect(order).toEqual([1, 2, 3]);
  });

  test('are not lost to those who stop waiting', async () => {
    const slots = new Slots(1);
    await slots.acquire(never);
    const abort = new AbortController();
    const left = slots.acquire(abort.signal);
    const stays = slots.acquire(never);
    abort.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    slots.release();
    await stays;
  });

  test('are not lost when the signal fires just after the turn has come', async () => {
    const slots = new Slots(1);
    await slots.acquire(never);
    const abort = new AbortController();
    const waiting = slots.acquire(abort.signal);
    abort.abort(new Error('enough'));
    slots.release();
    await expect(waiting).rejects.toThrow('enough');
    await slots.acquire(never);
  });

  test('are refused to an aborted signal', async () => {
    await expect(new Slots(1).acquire(AbortSignal.abort(new Error('late')))).rejects.toThrow(
      'late',
    );
  });
});
