import type { PackedCall, PackedStrip } from '../island.ts';
import { unpackCall, unpackStrip } from '../island.ts';
import { startCopy } from './copy.ts';
import { startDetails } from './details.ts';
import { makeLanesView } from './lanes-view.ts';
import { startReadout } from './readout.ts';
import { makeStripView } from './strip-view.ts';
import { startTables } from './tables.ts';
import { startZoom } from './zoom.ts';

/** What the page holds for its script: reports/outputs/html/island.ts writes it. */
interface Island {
  lanes: Record<string, PackedCall>;
  strips: Record<string, PackedStrip>;
  ticket: string;
}

const island = JSON.parse(document.getElementById('island')?.textContent ?? '{}') as Island;
for (const figure of document.querySelectorAll<HTMLElement>('figure')) {
  const call = island.lanes[figure.id];
  const strip = island.strips[figure.id];
  if (call !== undefined) startZoom(figure, makeLanesView(unpackCall(call)));
  else if (strip !== undefined) startZoom(figure, makeStripView(unpackStrip(strip)));
  else startReadout(figure);
}
startTables();
startCopy(island.ticket);
startDetails();
