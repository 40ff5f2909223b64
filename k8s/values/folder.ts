import type { CompiledPlan, CompiledSource } from '../../lib/plan/compiled.ts';
import { component, type Origin } from '../render.ts';
import { clickhouseFiles } from './clickhouse.ts';
import { mongodbFiles } from './mongodb.ts';
import { objectsFiles } from './objects.ts';
import { postgresqlFiles } from './postgresql/files.ts';
import { redisFiles } from './redis/files.ts';
import type { ServerFiles } from './server-files.ts';
import { weaviateFiles } from './weaviate.ts';

/** What the servers themselves have to be told, for whoever deploys them. Nothing of it is applied with the manifests. */
export function valuesOf(origin: Origin, compiled: CompiledPlan): ReadonlyMap<string, string> {
  const servers = compiled.sources.map((source) => filesOf(origin, compiled, source));
  const files = new Map(servers.flatMap((server) => [...server.files]));
  const resources = servers.flatMap((server) => server.resources ?? []);
  const patches = servers.flatMap((server) => server.patches ?? []);
  if (patches.length > 0) {
    const named = patches.map(({ file, target }) => ({
      name: file.replace(/\.yaml$/, ''),
      target,
    }));
    files.set('kustomization.yaml', component(origin, named, resources));
  }
  return files;
}

function filesOf(origin: Origin, compiled: CompiledPlan, source: CompiledSource): ServerFiles {
  switch (source.engine) {
    case 'postgresql':
      return postgresqlFiles(origin, compiled, source);
    case 'redis':
      return redisFiles(origin, compiled, source);
    case 'weaviate':
      return weaviateFiles(origin, compiled, source);
    case 'mongodb':
      return mongodbFiles(origin, source);
    case 'clickhouse':
      return clickhouseFiles(origin, compiled, source);
    case 'objects':
      return objectsFiles(origin, source);
    default:
      return { files: new Map() };
  }
}
