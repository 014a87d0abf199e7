import type { Block, PictureBlock, ReportDocument } from '../../blocks.ts';
import { toId } from '../../html.ts';
import { packCall, packStrip } from '../../island.ts';

/** Data of the pictures for the script, as JSON: nothing in it can end the element or start another. */
export function encodeIsland(document: ReportDocument, ticket: string): string {
  const pictures = document.sections.flatMap((section) => picturesOf(section.blocks));
  const lanes: Record<string, unknown> = {};
  const strips: Record<string, unknown> = {};
  for (const { id, content } of pictures) {
    if (content.kind === 'lanes') lanes[toId(id)] = packCall(content.call);
    else strips[toId(id)] = packStrip(content.strip);
  }
  return JSON.stringify({ lanes, strips, ticket }).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function picturesOf(blocks: readonly Block[]): PictureBlock[] {
  return blocks.flatMap((block) =>
    block.kind === 'picture' ? [block] : block.kind === 'details' ? picturesOf(block.blocks) : [],
  );
}
