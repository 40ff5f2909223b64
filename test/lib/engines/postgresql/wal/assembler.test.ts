import fc from 'fast-check';
import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { filledTo, SegmentAssembler } from '../../../../../lib/engines/postgresql/wal/assembler.ts';

const SIZE = 1024;
const START = 5n * BigInt(SIZE);

function assembler(): SegmentAssembler {
  return new SegmentAssembler({
    timeline: 3,
    start: START,
    segmentSize: SIZE,
    takeBuffer: async () => Buffer.alloc(SIZE),
  });
}

/** Feeds the bytes cut into pieces of these sizes, the last piece being whatever is left. */
async function assemble(bytes: Buffer, sizes: readonly number[]) {
  const target = assembler();
  const segments = [];
  let offset = 0;
  for (const size of [...sizes, bytes.length]) {
    const piece = bytes.subarray(offset, offset + size);
    for await (const segment of target.push(START + BigInt(offset), piece)) {
      segments.push({ name: segment.name, bytes: Buffer.from(segment.bytes) });
    }
    offset += piece.length;
  }
  return { segments, target };
}

test('any cutting of the stream gives the same segments and the same tail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 0, maxLength: 5 * SIZE }),
      fc.array(fc.integer({ min: 0, max: 3 * SIZE }), { maxLength: 30 }),
      async (data, sizes) => {
        const bytes = Buffer.from(data);
        const { segments, target } = await assemble(bytes, sizes);
        const whole = Math.floor(bytes.length / SIZE);
        expect(segments.map(({ name }) => name)).toEqual(
          Array.from({ length: whole }, (_, n) => segmentName(3, START + BigInt(n * SIZE), SIZE)),
        );
        expect(Buffer.concat(segments.map((segment) => segment.bytes))).toEqual(
          bytes.subarray(0, whole * SIZE),
        );
        const rest = bytes.subarray(whole * SIZE);
        expect(target.tail?.filled ?? 0).toBe(rest.length);
        expect(target.tail?.bytes.subarray(0, rest.length) ?? Buffer.alloc(0)).toEqual(rest);
        expect(target.position).toBe(START + BigInt(bytes.length));
      },
    ),
  );
});

test('bytes that do not follow the last ones are refused', async () => {
  const target = assembler();
  const feed = async (start: bigint) => {
    for await (const _ of target.push(start, Buffer.alloc(10)));
  };
  await feed(START);
  await expect(feed(START + 11n)).rejects.toThrow('sent WAL from 0/140B where 0/140A was next');
  await expect(feed(START)).rejects.toThrow('where 0/140A was next');
});

test('a segment says where it ends so far', async () => {
  const target = assembler();
  for await (const _ of target.push(START, Buffer.alloc(100)));
  expect(target.tail && filledTo(target.tail)).toBe(START + 100n);
});
