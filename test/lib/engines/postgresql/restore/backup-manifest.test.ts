import { createHash } from 'node:crypto';
import { parseBackupManifest } from '../../../../../lib/engines/postgresql/restore/backup-manifest.ts';

const SHA = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function manifest(head: string, file: string): Buffer {
  const body = `{ ${head},
"Files": [
${file}
],
"WAL-Ranges": [
{ "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
],
`;
  const sum = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${body}"Manifest-Checksum": "${sum}"}\n`);
}

const V1 = '"PostgreSQL-Backup-Manifest-Version": 1';
const V2 = '"PostgreSQL-Backup-Manifest-Version": 2,\n"System-Identifier": 7574910382134569123';
const FILE = `{ "Path": "base/5/1259", "Size": 0, "Last-Modified": "2026-11-21 02:00:00 GMT", "Checksum-Algorithm": "SHA256", "Checksum": "${SHA}" }`;

describe('parseBackupManifest', () => {
  test('reads files and WAL ranges', () => {
    const parsed = parseBackupManifest(manifest(V1, FILE));
    expect([...parsed.files]).toEqual([['base/5/1259', { size: 0, sha256: SHA }]]);
    expect(parsed.walRanges).toEqual([{ timeline: 1, start: '0/2000028', end: '0/2000100' }]);
    expect(parsed.systemId).toBeNull();
  });

  test('reads the system identifier of version 2 without rounding it', () => {
    expect(parseBackupManifest(manifest(V2, FILE)).systemId).toBe('7574910382134569123');
  });

  test('refuses a changed byte, wherever it is', () => {
    const good = manifest(V1, FILE);
    for (const offset of [10, 150, good.length - 20]) {
      const bad = Buffer.from(good);
      bad.writeUInt8(bad.readUInt8(offset) ^ 1, offset);
      expect(() => parseBackupManifest(bad)).toThrow(/checksum/);
    }
  });

  test('refuses one that was cut', () => {
    const good = manifest(V1, FILE);
    expect(() => parseBackupManifest(good.subarray(0, -80))).toThrow(/cut short/);
    expect(() => parseBackupManifest(Buffer.alloc(0))).toThrow(/cut short/);
  });

  test('refuses a newer version, other digests and a file that is named twice', () => {
    const newer = V1.replace(': 1', ': 3');
    expect(() => parseBackupManifest(manifest(newer, FILE))).toThrow(/Manifest-Version/);
    const crc = FILE.replace('SHA256', 'CRC32C');
    expect(() => parseBackupManifest(manifest(V1, crc))).toThrow(/Checksum-Algorithm/);
    expect(() => parseBackupManifest(manifest(V1, `${FILE},\n${FILE}`))).toThrow(/twice/);
  });
});
