import { PassThrough } from 'node:stream';
import { CopyTap } from '../../../../lib/engines/postgresql/copy-tap.ts';

const message = (kind: string, content: string): Buffer => {
  const header = Buffer.alloc(5);
  header.write(kind, 0);
  header.writeUInt32BE(4 + Buffer.byteLength(content), 1);
  return Buffer.concat([header, Buffer.from(content)]);
};

const CONVERSATION = [
  message('H', 'copy out response'),
  message('d', 'n base.tar'),
  message('d', ''),
  message('N', 'a notice between'),
  message('d', 'd and some bytes of an archive'),
  message('c', ''),
  message('C', 'BASE_BACKUP'),
  message('Z', 'I'),
];

test('messages are told apart wherever the network cuts them', async () => {
  const bytes = Buffer.concat(CONVERSATION);
  for (let size = 1; size <= bytes.length; size++) {
    const stream = new PassThrough();
    const client: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => client.push(Buffer.from(chunk)));
    const tap = new CopyTap(stream);
    const copied: string[] = [];
    tap.receiver = (content) => copied.push(content.toString());
    for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
    stream.end();
    await new Promise((resolve) => stream.once('end', resolve));
    expect(copied).toEqual(['n base.tar', '', 'd and some bytes of an archive']);
    expect(Buffer.concat(client)).toEqual(
      Buffer.concat(CONVERSATION.filter((part) => part[0] !== 'd'.charCodeAt(0))),
    );
  }
});
