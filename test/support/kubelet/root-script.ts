import type { MadeVolume } from './volumes.ts';

/** Everything of which the root of a container is made. */
export interface RootParts {
  /** Empty folder on the node, where it is put together. */
  readonly root: string;
  /** Files and folders of the node, by where the container has them; nothing can be written to them. */
  readonly holds: Readonly<Record<string, string>>;
  /** Programs of the node that the container shall not find. */
  readonly lacks: readonly string[];
  /** Folder with the container's own `passwd`, `group` and `hosts`. */
  readonly etc: string;
  readonly mounts: readonly {
    readonly volume: MadeVolume;
    readonly mountPath: string;
    readonly readOnly: boolean;
  }[];
  readonly readOnly: boolean;
  readonly cgroup: { readonly from: string; readonly at: string };
  readonly workingDirectory: string;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Where Debian has the programs of each major version; an image has one. */
const OF_ONE_VERSION = ['/usr/lib/postgresql', '/usr/share/postgresql'];
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];
const LINKS = { fd: '/proc/self/fd', stdin: '/proc/self/fd/0', stdout: '/proc/self/fd/1' };
/** Of the system's own settings: what a program needs to start at all. */
const SETTINGS = ['ld.so.cache', 'ssl', 'nsswitch.conf', 'localtime', 'timezone'];

/**
 * Lines of a shell that make the root, enter it and forget the node's. It is run in a mount and a process namespace of its own.
 */
export function rootScript(parts: RootParts): string {
  const { root } = parts;
  const within = (path: string) => quote(`${root}${path}`);
  const bound = (from: string, path: string, readOnly: boolean) => [
    `mount --bind ${quote(from)} ${within(path)}`,
    ...(readOnly ? [`mount -o remount,bind,ro,nosuid ${within(path)}`] : []),
  ];
  const held = (path: string, from: string) => [
    `mkdir -p "$(dirname ${within(path)})"`,
    `if [ -d ${quote(from)} ]; then mkdir -p ${within(path)}; else : > ${within(path)}; fi`,
    ...bound(from, path, true),
  ];
  // None hides another.
  const volumes = parts.mounts.toSorted((a, b) => a.mountPath.length - b.mountPath.length);
  return [
    'set -e',
    `mount -t tmpfs -o size=1m,mode=755 tmpfs ${quote(root)}`,
    // What is not listed is not there.
    ...['usr', 'etc', 'proc', 'dev', 'sys', 'tmp', 'var/run', 'var/tmp', 'opt'].map(
      (name) => `mkdir -p ${within(`/${name}`)}`,
    ),
    `chmod 1777 ${within('/tmp')} ${within('/var/tmp')}`,
    ...['bin', 'sbin', 'lib', 'lib64'].map((name) => `ln -s usr/${name} ${within(`/${name}`)}`),
    ...bound('/usr', '/usr', true),
    `mount -t tmpfs -o size=64k,mode=755 tmpfs ${within('/usr/local/bin')}`,
    ...OF_ONE_VERSION.map(
      (path) =>
        `if [ -d ${path} ]; then mount -t tmpfs -o size=64k,mode=755 tmpfs ${within(path)}; fi`,
    ),
    ...Object.entries(parts.holds).flatMap(([path, from]) => held(path, from)),
    ...('/opt/tidemark/tidemark.mjs' in parts.holds
      ? [`ln -s /opt/tidemark/tidemark.mjs ${within('/usr/local/bin/tidemark')}`]
      : []),
    ...parts.lacks.map(
      (path) => `if [ -e ${within(path)} ]; then mount --bind /dev/null ${within(path)}; fi`,
    ),
    ...SETTINGS.map(
      (name) => `if [ -e /etc/${name} ]; then cp -a /etc/${name} ${within('/etc')}/; fi`,
    ),
    `cp ${quote(parts.etc)}/* ${within('/etc')}/`,
    `mount -t proc proc ${within('/proc')}`,
    ...DEVICES.flatMap((name) => [
      `: > ${within(`/dev/${name}`)}`,
      `mount --bind /dev/${name} ${within(`/dev/${name}`)}`,
    ]),
    ...Object.entries(LINKS).map(([name, to]) => `ln -s ${to} ${within(`/dev/${name}`)}`),
    `mkdir ${within('/dev/shm')}`,
    `mount -t tmpfs -o size=64m,mode=1777 tmpfs ${within('/dev/shm')}`,
    `mkdir -p ${within(parts.cgroup.at)}`,
    ...bound(parts.cgroup.from, parts.cgroup.at, true),
    ...volumes.flatMap(({ volume, mountPath, readOnly }) => [
      `mkdir -p ${within(mountPath)}`,
      ...bound(volume.path, mountPath, readOnly || volume.readOnly),
    ]),
    ...(parts.readOnly ? [`mount -o remount,ro ${quote(root)}`] : []),
    `cd ${quote(root)}`,
    'pivot_root . .',
    'umount -l .',
    `cd ${quote(parts.workingDirectory)}`,
  ].join('\n');
}
