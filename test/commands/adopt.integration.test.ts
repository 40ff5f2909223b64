import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { compile } from '../../lib/plan/compile.ts';
import insightdesk from '../../plans/insightdesk.ts';
import { cli } from '../support/cli.ts';
import { type MotoServer, startMoto } from '../support/moto.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const { compiled } = compile(insightdesk, 'production');
if (!compiled) throw new Error('the plan is wrong');
const { account, regions, buckets } = compiled;

let folder: TempFolder;
let moto: MotoServer;

const adopt = (...args: string[]) =>
  cli(['adopt', '--plan', 'insightdesk', '--env', 'production', '--out', folder.path, ...args], {
    cwd: process.cwd(),
    env: moto.env,
  });

/** What is left of an environment, as far as it is asked for. */
async function leaveKey(region: string, alias: string): Promise<string> {
  const kms = new KMSClient({ region, endpoint: moto.endpoint, credentials: moto.credentials });
  try {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? '';
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
    return KeyId;
  } finally {
    kms.destroy();
  }
}

const identifiers = async (region: string) => {
  const path = join(
    folder.path,
    `insightdesk/production/adopt/insightdesk-production-${region}.resources.json`,
  );
  const found: { ResourceIdentifier: Record<string, string> }[] = JSON.parse(
    await readFile(path, 'utf8'),
  );
  return found.map(({ ResourceIdentifier }) => ResourceIdentifier);
};

beforeAll(async () => {
  [folder, moto] = await Promise.all([tempFolder('adopt'), startMoto()]);
});

afterAll(async () => {
  await moto?.stop();
  await folder?.remove();
});

test('a key that is not there is told with its alias, and nothing is written', async () => {
  const refused = await adopt('--region', regions.replica);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    new RegExp(`no key in ${regions.replica} has the alias alias/tidemark-insightdesk-`),
  );
  expect(refused.stderr).toContain(`check that the credentials are of account ${account}`);
  await expect(identifiers(regions.replica)).rejects.toThrow(/ENOENT/);
});

describe('where KMS cannot be asked, it is said why, and what to do', () => {
  const adoptAs = (env: Readonly<Record<string, string>>, ...args: string[]) =>
    cli(
      [
        ...['adopt', '--plan', 'insightdesk', '--env', 'production', '--out', folder.path],
        ...['--region', regions.replica, ...args],
      ],
      { cwd: process.cwd(), env },
    );
  const where = `cannot look up the key of alias/tidemark-insightdesk-production-\\S+ in ${regions.replica} of account ${account}`;

  test('without credentials', async () => {
    const refused = await adoptAs({ AWS_EC2_METADATA_DISABLED: 'true' });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      new RegExp(`^error: ${where}: no credentials that AWS takes .*; sign in, name a profile`),
    );
  });

  test('with a profile that does not exist', async () => {
    const refused = await adoptAs({}, '--profile', 'prodution');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/: profile prodution has no credentials that AWS takes/);
  });

  test('without a connection', async () => {
    const refused = await adoptAs({
      ...moto.env,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '1',
    });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(new RegExp(`${where}: no answer .*; check the network`));
  });
});

test('a region of another environment is refused', async () => {
  const refused = await adopt('--region', 'sa-east-1');
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain(`choose one of: ${regions.primary}, ${regions.replica}`);
});

test('keys are told by what their aliases stand for, in each region', async () => {
  const keys = new Map<string, string>();
  for (const side of ['primary', 'replica'] as const) {
    for (const bucket of [buckets[side], buckets.evidence[side], buckets.velero[side]]) {
      keys.set(bucket, await leaveKey(regions[side], `alias/${bucket}`));
    }
  }
  const adopted = await adopt();
  expect(adopted).toMatchObject({ code: 0 });
  for (const side of ['primary', 'replica'] as const) {
    const found = await identifiers(regions[side]);
    for (const bucket of [buckets[side], buckets.evidence[side], buckets.velero[side]]) {
      expect(found).toEqual(
        expect.arrayContaining([
          { BucketName: bucket },
          { Bucket: bucket },
          { AliasName: `alias/${bucket}` },
          { KeyId: keys.get(bucket) },
        ]),
      );
    }
    expect(adopted.stdout).toContain(
      `aws cloudformation create-change-set --region ${regions[side]} --stack-name insightdesk-production-${regions[side]} `,
    );
  }
});
