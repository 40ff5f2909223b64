import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { movedTiers } from './keeps.ts';
import { bucketOf, checkStoreKeys, isGoogle, type Outside } from './store-keys.ts';

/** Whether it is said where backups go, and what nobody does there. */
export function checkStore(plan: CheckedPlan): Finding[] {
  const { store } = plan.settings;
  if (!store) return nowhere(plan);
  const of: Outside = { ...plan, store, path: `environments.${plan.environment}.store` };
  return [
    ...onlyInAws(of),
    ...checkStoreKeys(of),
    ...oneCopy(of),
    ...otherStorage(of),
    ...unheard(of),
    bucketByHand(of),
  ];
}

function nowhere({ environment, settings, regions }: CheckedPlan): Finding[] {
  const path = `environments.${environment}`;
  const missing = [
    ...(settings.account === '' ? [`${path}.account`] : []),
    ...(regions.primary === '' ? ['regions'] : []),
  ];
  return missing.map((where) => ({
    code: 'TM675',
    severity: 'error',
    path: where,
    message: `nothing says where the backups of ${environment} are kept`,
    remedy:
      "for AWS, write the account and regions: { primary: 'eu-central-1', replica: 'eu-west-1' }; for any other storage, write store: { url: 's3://bucket?endpoint=https://…' } or { url: 'gs://bucket' } in the environment",
  }));
}

/** What would look as if it were there. */
function onlyInAws({ plan, settings, environment }: Outside): Finding[] {
  const at = `environments.${environment}`;
  const parts = [
    { key: 'replicaAccount', value: settings.replicaAccount, path: `${at}.replicaAccount` },
    { key: 'access', value: settings.access, path: `${at}.access` },
    {
      key: 'awsBackup',
      value: settings.awsBackup ?? plan.awsBackup,
      path: settings.awsBackup ? `${at}.awsBackup` : 'awsBackup',
    },
  ];
  return parts
    .filter(({ value }) => value !== undefined)
    .map(({ key, value, path }) => ({
      code: 'TM676',
      severity: 'error',
      path,
      message: `${key} is about AWS, and the backups of ${environment} are kept elsewhere: nothing comes of it`,
      value,
      remedy:
        key === 'awsBackup'
          ? 'write it in the environments that are in AWS'
          : `take ${key} out of this environment`,
    }));
}

function oneCopy({ store, path, environment, kubernetes }: Outside): Finding[] {
  if (store.replica !== undefined) return [];
  const standby = kubernetes.standby === true;
  return [
    {
      code: 'TM679',
      severity: standby ? 'error' : 'warning',
      path: `${path}.replica`,
      message: standby
        ? `the standby cluster of ${environment} has no store: there is one copy of the backups`
        : `there is one copy of the backups of ${environment}: whatever takes ${bucketOf(store.url)} takes them all`,
      remedy:
        "let the storage copy the bucket to another place, and write its URL: replica: 's3://…'; or accept it with an exemption that says what else keeps a copy",
    },
  ];
}

/** Google's classes are read at once, as ours are named; what speaks S3 elsewhere has no such classes. */
function otherStorage(of: Outside): Finding[] {
  if (isGoogle(of)) return [];
  return of.sources.flatMap((source) =>
    source.rows.flatMap(({ row, index }) =>
      (['cold', 'archive'] as const).flatMap((storage): Finding[] => {
        const tiers = movedTiers(row, storage);
        if (tiers.length === 0) return [];
        return [
          {
            code: 'TM681',
            severity: 'error',
            path: source.pathOf('protect', index, storage),
            message: `${tiers.join(', ')} backups of ${source.name} shall move to ${storage} storage, which is a class of Amazon S3 that ${bucketOf(of.store.url)} does not have`,
            value: tiers,
            remedy: `take ${storage} out for this environment; what the storage itself moves needs no word here`,
          },
        ];
      }),
    ),
  );
}

function unheard({ monitoring, environment, settings }: Outside): Finding[] {
  if (monitoring) return [];
  return [
    {
      code: 'TM682',
      severity: 'warning',
      path: settings.monitoring ? `environments.${environment}.monitoring` : 'monitoring',
      message: `nobody is told when a backup of ${environment} fails or is missing: there are no alarms outside of AWS`,
      remedy:
        "write monitoring: { namespace: 'monitoring' }, from which Prometheus gets its alerts",
    },
  ];
}

const bucketByHand = ({ plan, path, environment, store }: Outside): Finding => ({
  code: 'TM683',
  severity: 'info',
  path,
  message: `no stack makes ${bucketOf(store.url)}: its lifecycle, versions and lock are set by people`,
  value: store.url,
  remedy: `run 'tidemark bucket-rules --plan ${plan.name} --env ${environment}', which prints them, whenever retention changes`,
});
