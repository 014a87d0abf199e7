import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { listInputs } from '../../../../parsers/index.ts';
import { makeFolder, writeFileWhole } from '../../output.ts';

/**
 * What has been done is said by one small file per capture, found by the capture's name: a run over a million captures asks
 * for one file each and reads nothing else. Markers of other versions, labels or contents do not count.
 */
export interface Marker {
  capture: string;
  captureId: string;
  /** Size and time of change of the files, and what the summary was made with. */
  state: string;
}

export function markerFile(folder: string, capture: string): string {
  const name = createHash('sha256').update(capture).digest('hex').slice(0, 32);
  return path.join(folder, 'done', name.slice(0, 2), `${name}.json`);
}

export async function readMarker(folder: string, capture: string): Promise<Marker | null> {
  try {
    return JSON.parse(await fs.readFile(markerFile(folder, capture), 'utf8')) as Marker;
  } catch {
    return null;
  }
}

/** After the summary itself: a marker promises that it is there. */
export async function writeMarker(folder: string, marker: Marker): Promise<void> {
  const file = markerFile(folder, marker.capture);
  await makeFolder(path.dirname(file));
  await writeFileWhole(file, `${JSON.stringify(marker)}\n`);
}

/** Throws what reading the capture would throw: it is not there, or may not be read. */
export async function describeState(capture: string, madeWith: string): Promise<string> {
  const parts: string[] = [];
  for (const { name, location } of listInputs(capture).files) {
    const stat = await fs.stat(location).catch(() => null);
    parts.push(`${name} ${stat?.size ?? ''} ${stat?.mtimeMs ?? ''}`);
  }
  return createHash('sha256')
    .update(`${madeWith}\n${parts.join('\n')}`)
    .digest('hex');
}
