import type { Fact } from '../../../src/model/environment.ts';
import { makeFact } from '../../text/facts.ts';
import type { Setting } from './settings.ts';
import type { StatedCase } from './statements.ts';

/** Facts of what a text states: `case#2` for the figures of one configuration, `settings` for what holds for all. */
export function factsOfCases(cases: readonly StatedCase[], fileName: string): Fact[] {
  return cases.flatMap((stated, index) => {
    const record = recordOf(index);
    const make = (key: string, text: string, line: number, unit = ''): Fact =>
      makeFact('stated', key, text, { file: fileName, line, record }, unit);
    const facts = [
      make('case', titleOf(stated, cases), stated.line),
      make('offload', stated.isOn ? 'on' : 'off', stated.line),
    ];
    if (stated.rate !== null) facts.push(make('bits_per_second', String(stated.rate.value), stated.rate.line, 'bit/s'));
    if (stated.busy !== null) facts.push(make('busy_pct', String(stated.busy.value), stated.busy.line, '%'));
    for (const { symbol, value, line } of stated.shares) facts.push(make(`share.${symbol}`, String(value), line, '%'));
    for (const { key, value, line } of stated.settings) facts.push(make(key, String(value), line, 'bytes'));
    return facts;
  });
}

export function hasFigures({ rate, shares, busy }: StatedCase): boolean {
  return rate !== null || shares.length > 0 || busy !== null;
}

/**
 * A second sentence about the same state with other settings is a case of its own; one with figures of kinds that the first
 * does not have completes it, and one with the same figures repeats it (a reply quotes what it answers).
 */
export function mergeCases(cases: readonly StatedCase[]): StatedCase[] {
  const merged: StatedCase[] = [];
  for (const stated of cases) {
    const known = stated.isHeading
      ? undefined
      : merged.find(
          (each) => each.isOn === stated.isOn && !each.isHeading && isSameSetting(each, stated) && agrees(each, stated),
        );
    if (known === undefined) merged.push(stated);
    else {
      known.rate ??= stated.rate;
      known.busy ??= stated.busy;
      for (const share of stated.shares)
        if (!known.shares.some(({ symbol }) => symbol === share.symbol)) known.shares.push(share);
      if (known.settings.length === 0) known.settings.push(...stated.settings);
    }
  }
  return merged;
}

function isSameSetting(a: StatedCase, b: StatedCase): boolean {
  const write = ({ settings }: StatedCase): string =>
    settings
      .map(({ key, value }) => `${key}=${value}`)
      .sort()
      .join();
  return write(a) === write(b) || write(b) === '';
}

/** No figure of one contradicts one of the other. */
function agrees(a: StatedCase, b: StatedCase): boolean {
  const isSame = (x: { value: number } | null, y: { value: number } | null): boolean =>
    x === null || y === null || x.value === y.value;
  return (
    isSame(a.rate, b.rate) &&
    isSame(a.busy, b.busy) &&
    b.shares.every((share) => isSame(a.shares.find(({ symbol }) => symbol === share.symbol) ?? null, share))
  );
}

export function recordOf(index: number): string {
  return `case#${index + 1}`;
}

/** An MTU names a case only where cases differ in it: `mtu 9000` of one sentence is of the whole experiment. */
function titleOf({ title, settings }: StatedCase, cases: readonly StatedCase[]): string {
  const mtus = new Set(
    cases.flatMap((each) => each.settings.filter(({ key }) => key === 'mtu').map(({ value }) => value)),
  );
  const lowat = settings.find(({ key }) => key === 'rcvlowat_bytes');
  const others = settings.filter(
    (setting) => setting !== lowat && setting.key !== 'release' && (setting.key !== 'mtu' || mtus.size > 1),
  );
  const parts = [...(lowat === undefined ? [] : [lowat.text]), ...others.map(({ text }) => text)];
  return [title, ...parts].join(', ');
}

/** Settings outside of the cases; a value that the text contradicts later is unknown. */
export function factsOfSettings(settings: readonly (Setting & { line: number })[], fileName: string): Fact[] {
  const facts: Fact[] = [];
  for (const key of ['window_bytes', 'read_bytes', 'rcvlowat_bytes', 'copybreak', 'mtu'] as const) {
    const of = settings.filter((setting) => setting.key === key);
    if (new Set(of.map(({ value }) => value)).size !== 1) continue;
    const at = { file: fileName, line: of[0].line, record: 'settings' };
    facts.push(makeFact('stated', key, String(of[0].value), at, 'bytes'));
  }
  return [...facts, ...factsOfRelease(settings, fileName)];
}

/** `kernel version is 2.6.32.2`: one release, or the text speaks of several. `2.6` alone names a decade. */
function factsOfRelease(settings: readonly (Setting & { line: number })[], fileName: string): Fact[] {
  const named = settings.filter(({ key, text }) => key === 'release' && !/^2\.[46](?:-|$)/.test(text));
  if (new Set(named.map(({ text }) => text)).size !== 1) return [];
  return [makeFact('kernel', 'release', named[0].text, { file: fileName, line: named[0].line, record: 'stated' })];
}
