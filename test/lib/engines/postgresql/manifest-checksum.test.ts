import { createHash } from 'node:crypto';
import { checkedManifest } from '../../../../lib/engines/postgresql/manifest-checksum.ts';

/** As PostgreSQL writes it, with so many files. */
function manifest(files: number): Buffer {
  const lines = Array.from({ length: files }, (_, n) => `{ "Path": "base/5/${n}" },\n`);
  const body = `{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [\n${lines.join('')}],\n`;
  const sum = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${body}"Manifest-Checksum": "${sum}"}\n`);
}

/** What passes, of pieces of so many bytes. */
async function pass(bytes: Buffer, pieceBytes: number): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield bytes.subarray(at, at + pieceBytes);
    }
  }
  const passed: Uint8Array[] = [];
  for await (const chunk of checkedManifest(pieces())) passed.push(chunk);
  return Buffer.concat(passed);
}

test.each([1, 100, 255, 256, 257, 100_000])(
  'a manifest passes in pieces of %i bytes',
  async (size) => {
    for (const files of [0, 1, 40]) {
      expect(await pass(manifest(files), size)).toEqual(manifest(files));
    }
  },
);

test.each([1, 300, 100_000])(
  'one that was cut or altered does not, in pieces of %i bytes',
  async (size) => {
    const whole = manifest(40);
    for (const cut of [0, 1, 50, whole.length - 90, whole.length - 1]) {
      await expect(pass(whole.subarray(0, cut), size)).rejects.toThrow(/cut short/);
    }
    for (const at of [0, 30, whole.length - 100]) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await expect(pass(altered, size)).rejects.toThrow(/does not match its own checksum/);
    }
  },
);
