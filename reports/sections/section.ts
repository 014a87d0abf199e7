import type { Analysis } from '../../src/model/analysis/index.ts';
import type { Block } from '../blocks.ts';
import type { ShownCalls } from './calls/choose.ts';

/** What a section may look at beside the Analysis: which calls the page draws, so that it can link to them. */
export interface SectionContext {
  calls: ShownCalls;
}

/** What a section says; null = nothing in this capture, then only its title is listed. */
export interface SectionBody {
  blocks: Block[];
  /** The short form for a ticket and the terminal; absent = not mentioned there. */
  ticket?: Block[];
}

/** One file a section, one line in the registry (sections/index.ts). */
export interface SectionSpec {
  id: string;
  title: string;
  /** Open sections are read by everybody, folded ones by those who ask: at most three screens are open. */
  isOpen: (analysis: Analysis) => boolean;
  make: (analysis: Analysis, context: SectionContext) => SectionBody | null;
}

export const always = (): boolean => true;
export const never = (): boolean => false;
