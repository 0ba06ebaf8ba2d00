import { readdirSync, readFileSync } from 'node:fs';
import { manifest as licensing } from '@tra/system-licensing/manifest';
import type { StructureRelease } from '@tra/system-validation';

/** The structures of the licences that are issued here: `NAME-RELEASE.xsd` in the folder of licensing, for as long as there is no repository of schemas. */
export function licenceStructures(): readonly StructureRelease[] {
  const folder = new URL('schemas/', licensing.root);
  const files = readdirSync(folder).filter((name) => name.endsWith('.xsd'));
  return files.map((file) => {
    const xsd = new Uint8Array(readFileSync(new URL(file, folder)));
    const [, namespace = ''] = /targetNamespace="([^"]*)"/.exec(new TextDecoder().decode(xsd)) ?? [];
    const [, structure = file, release = ''] = /^(.+)-([\d.]+)\.xsd$/.exec(file) ?? [];
    return { structure, release, namespace, xsd };
  });
}
