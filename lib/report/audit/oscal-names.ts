import { createHash } from 'node:crypto';

/** Namespace of our version 5 UUIDs: drawn once, and never changed, so that documents of different days can be compared. */
const NAMESPACE = Buffer.from('6f1f0a58a3c94d0e9d0b7f3a5c2e8d41', 'hex');

/** A UUID of version 5 (RFC 9562): the same for the same name, of which every part counts. */
export function uuidOf(...name: readonly string[]): string {
  const digest = createHash('sha1').update(NAMESPACE).update(JSON.stringify(name)).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex', 0, 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/**
 * Id of a control as a token of OSCAL, which has no brackets. Those of NIST are the ones of its own catalogue: `cp-9.8`
 * for CP-9(8). The other frameworks publish no catalogue in OSCAL, so theirs carry the framework: `soc2-a1.2`.
 */
export function controlToken(framework: string, id: string): string {
  const token = id.toLowerCase().replaceAll('(', '.').replaceAll(')', '');
  return framework === 'nist-800-53' ? token : `${framework}-${token}`;
}
