import { describe, expect, it } from 'vitest';
import { float64Column, int32Column, invertRows, uint8Column } from '../../src/model/columns.ts';

const ROWS = 40_000;

describe('columns whose pages are memory only where rows differ', () => {
  it('holds what it was given, constant pages or not', () => {
    const column = float64Column();
    const values = Array.from({ length: ROWS }, (_, i) => (i < 20_000 ? Number.NaN : i % 7 === 0 ? -0 : 0));
    for (const value of values) column.push(value);
    expect(values.every((value, i) => Object.is(column.get(i), value))).toBe(true);
    expect(column.constant).toBeNull();
    column.set(3, 5);
    expect([column.get(2), column.get(3), column.get(4)]).toEqual([Number.NaN, 5, Number.NaN]);
  });

  it('tells a value that all rows share, and keeps it as its type would', () => {
    const column = int32Column();
    for (let i = 0; i < ROWS; i++) column.push(-1);
    expect(column.constant).toBe(-1);
    column.set(ROWS - 1, 4);
    expect(column.constant).toBeNull();
    const bytes = uint8Column();
    bytes.push(258);
    expect(bytes.get(0)).toBe(2);
    expect(float64Column().constant).toBeNull();
  });

  it('puts rows into another order and leaves some out', () => {
    const column = float64Column();
    for (let i = 0; i < ROWS; i++) column.push(i);
    const rows = Int32Array.from({ length: ROWS / 2 }, (_, i) => ROWS - 1 - 2 * i);
    column.pickRows(rows);
    expect(column.length).toBe(ROWS / 2);
    expect([column.get(0), column.get(1), column.get(ROWS / 2 - 1)]).toEqual([ROWS - 1, ROWS - 3, 1]);
    const newRowOf = invertRows(rows, ROWS);
    expect([newRowOf[ROWS - 1], newRowOf[ROWS - 2], newRowOf[1]]).toEqual([0, -1, ROWS / 2 - 1]);
  });

  it('goes to another thread and back', () => {
    const column = float64Column();
    for (let i = 0; i < ROWS; i++) column.push(i < 16_384 ? 7 : i);
    const other = float64Column();
    other.unpack(structuredClone(column.pack()));
    expect(other.length).toBe(ROWS);
    expect([other.get(5), other.get(16_384), other.get(ROWS - 1)]).toEqual([7, 16_384, ROWS - 1]);
  });
});
