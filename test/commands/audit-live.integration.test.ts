import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { clientsOf, destroy } from '../../lib/audit/live/clients.ts';
import { auditSchema } from '../../lib/audit/model.ts';
import { cli } from '../support/cli.ts';
import { ACCOUNT, type Aws, deployAll, startAws } from '../support/deployed/environment.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let aws: Aws;

const run = (args: readonly string[], env: Readonly<Record<string, string>> = aws.env) =>
  cli([...args], { cwd: folder.path, env: { CDK_VALIDATION: 'false', ...env } });
const REGIONS = ['eu-central-1', 'eu-west-1'];
const AUDIT = ['audit', '--plan', './shop.ts', '--env', 'production'];
const live = (...args: string[]) => run([...AUDIT, '--live', ...args]);

const plan = (account: string) => `import { definePlan, full, postgresql, wal } from 'tidemark';
  export default definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
    alerts: { email: ['oncall@example.com'] },
    environments: { production: { account: '${account}' } },
    sources: {
      database: postgresql({
        server: { service: 'postgres.shop', database: 'postgres', credentials: 'shop-db', version: '15' },
        protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '02:00', keep: { daily: '30d' } })],
        verify: { checksums: 'weekly', restore: 'weekly' },
        restore: { volumeClaim: 'postgres-restored' },
      }),
    },
  });`;

beforeAll(async () => {
  folder = await tempFolder('audit-live');
  await writeFile(join(folder.path, 'shop.ts'), plan(ACCOUNT));
  aws = await startAws();
  const synth = await run(['synth', '--plan', './shop.ts', '--env', 'production']);
  expect([synth.code, synth.stderr]).toEqual([0, expect.any(String)]);
  const written = join(folder.path, 'dist/shop/production/aws');
  const templates = await Promise.all(
    (await readdir(written)).map(async (name) => ({
      file: `aws/${name}`,
      text: await readFile(join(written, name), 'utf8'),
    })),
  );
  Object.assign(process.env, aws.env);
  await deployAll(templates, REGIONS, aws.gateway);
});

afterAll(async () => {
  await aws.stop();
  await folder.remove();
});

describe('tidemark audit --live', () => {
  test('says that what is deployed is what was synthesised', async () => {
    const { code, stdout, stderr } = await live();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Deployed');
    expect(stdout).toMatch(
      /✓ shop-production-eu-central-1 +eu-central-1 +123456789012 +CREATE_COMPLETE/,
    );
    expect(stdout).toContain('they are what is deployed');
  });

  test('looks at nothing unless it is asked to', async () => {
    aws.gateway.asked.length = 0;
    const { code, stdout } = await run(AUDIT);
    expect([code, aws.gateway.asked]).toEqual([0, []]);
    expect(stdout).not.toContain('Deployed');
  });

  test('has it in JSON', async () => {
    const { code, stdout } = await live('--format', 'json');
    const audit = auditSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(audit.live?.stacks.map(({ account }) => account)).toEqual([ACCOUNT, ACCOUNT]);
  });

  test('needs credentials', async () => {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...without } = aws.env;
    const env = { ...without, AWS_EC2_METADATA_DISABLED: 'true' };
    const { code, stdout, stderr } = await run([...AUDIT, '--live'], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/there are no credentials that AWS takes for account 123456789012/);
    expect(stderr).toContain('name a profile with --profile');
  });

  test('names a profile that does not exist', async () => {
    const { code, stderr } = await live('--profile', 'nobody');
    expect(code).toBe(2);
    expect(stderr).toContain('the profile nobody has no credentials that AWS takes');
  });

  test('refuses the credentials of another account', async () => {
    await writeFile(join(folder.path, 'other.ts'), plan('222222222222'));
    await run(['synth', '--plan', './other.ts', '--env', 'production', '--out', 'other']);
    const { code, stdout, stderr } = await run([
      ...['audit', '--plan', './other.ts', '--env', 'production', '--out', 'other', '--live'],
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('the credentials are of account 123456789012');
    expect(stderr).toContain('the primary region is in account 222222222222');
  });

  test('says where AWS cannot be reached', async () => {
    const env = { ...aws.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
    const { code, stderr } = await run([...AUDIT, '--live'], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /AWS cannot be asked for account 123456789012 in eu-central-1 \(no answer/,
    );
  });

  test('a profile is for --live', async () => {
    const { code, stderr } = await run([...AUDIT, '--profile', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain('--profile and --replica-profile are for --live; add it');
  });

  test('names each drift with its line, what was found and how to set it back', async () => {
    const { cloudWatch, ...clients } = clientsOf({ region: 'eu-central-1' });
    const alarm = 'tidemark/shop/production/database/backup-failed [critical]';
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [alarm] }));
    const s3 = new S3Client({ region: 'eu-west-1' });
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: `tidemark-shop-production-${ACCOUNT}-eu-west-1`,
        VersioningConfiguration: { Status: 'Suspended' },
      }),
    );
    s3.destroy();
    destroy({ cloudWatch, ...clients });
    aws.gateway.faults = [
      {
        service: 'kms',
        operation: /^GetKeyPolicy$/,
        region: 'eu-west-1',
        status: 400,
        code: 'AccessDeniedException',
      },
    ];
    const { code, stdout, stderr } = await live();
    aws.gateway.faults = [];
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toContain(`CloudWatch Alarm ${alarm} in eu-central-1 is not deployed`);
    expect(stdout).toContain(
      `S3 Bucket tidemark-shop-production-${ACCOUNT}-eu-west-1 in eu-west-1 has VersioningConfiguration.Status Suspended; it must be Enabled`,
    );
    expect(stdout).toContain(
      "set it back: npx cdk deploy 'shop-production/eu-west-1' -c plan=./shop.ts -c env=production --revert-drift",
    );
    expect(stdout).toMatch(/aws\/shop-production-eu-west-1\.template\.json:\d+ {2}BackupsBucket/);
    expect(stdout).toMatch(
      /could not look at KeyPolicy of KMS Key [-0-9a-f]+ in eu-west-1: access denied/,
    );
    expect(stdout).toMatch(/✗ shop-production-eu-west-1/);
  });
});
