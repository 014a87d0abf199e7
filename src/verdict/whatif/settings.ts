import type { WhatIfSettings } from '../options.ts';
import type { Setting } from './types.ts';

/** NaN = as recorded. */
export const AS_RECORDED: Setting = {
  rcvlowat: Number.NaN,
  copybreak: Number.NaN,
  buffer: Number.NaN,
  window: Number.NaN,
  mtu: Number.NaN,
};

/** Every combination of the values given. */
export function combineSettings(asked: WhatIfSettings): Setting[] {
  const axis = (values: readonly number[]): number[] => (values.length === 0 ? [Number.NaN] : [...values]);
  const out: Setting[] = [];
  for (const rcvlowat of axis(asked.rcvlowat))
    for (const copybreak of axis(asked.copybreak))
      for (const buffer of axis(asked.buffer))
        for (const window of axis(asked.window))
          for (const mtu of axis(asked.mtu)) out.push({ rcvlowat, copybreak, buffer, window, mtu });
  return out.filter((s) => Object.values(s).some((v) => !Number.isNaN(v)));
}

export function nameSetting(setting: Setting): string {
  const parts = Object.entries(setting).filter(([, value]) => !Number.isNaN(value));
  return parts.map(([name, value]) => `${name} ${value}`).join(', ');
}
