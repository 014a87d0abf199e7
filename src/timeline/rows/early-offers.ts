import type { CallPieces } from './segments.ts';

export interface Offer extends CallPieces {
  readonly row: number;
  readonly sizeClass: number;
  readonly duration: number;
}

/** Calls whose segments are all kept so far, in the order of their first offer. Rows come in ascending order, until rows of a sample are given away again. */
export class EarlyOffers {
  offers: Offer[] = [];
  private lastRow = -1;
  /** Place of a row in `offers`: made when a row comes again. */
  private places: Map<number, number> | null = null;
  private readonly forgotten = new Set<number>();

  add(offer: Offer): void {
    const { row } = offer;
    if (this.forgotten.size > 0) this.forgotten.delete(row);
    const place = row > this.lastRow ? undefined : this.placesOfRows().get(row);
    if (row > this.lastRow) this.lastRow = row;
    if (place !== undefined) this.offers[place] = offer;
    else {
      this.places?.set(row, this.offers.length);
      this.offers.push(offer);
    }
  }

  private placesOfRows(): Map<number, number> {
    this.places ??= new Map(this.offers.map((offer, place) => [offer.row, place]));
    return this.places;
  }

  /** Its segments are gone; it has been one of the calls all the same. */
  forget(row: number): void {
    this.forgotten.add(row);
  }

  isForgotten(row: number): boolean {
    return this.forgotten.has(row);
  }

  clear(): void {
    this.offers = [];
    this.places = null;
    this.forgotten.clear();
  }
}
