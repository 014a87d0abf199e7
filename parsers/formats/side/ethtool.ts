import type { SideRule } from './grammar.ts';
import type { SideRecorder } from './recorder.ts';

/**
 * ethtool by its options: -k features, -S statistics, -c coalescing, -g rings, -l channels, -x indirection table,
 * -n rules, -T time stamping, -i driver, none: settings. Keys are `eth0.features.rx-checksumming`.
 */
const HEADS: readonly [RegExp, string][] = [
  [/^(?:Features|Offload parameters) for (\S+):$/, 'features'],
  [/^NIC statistics:$/, 'stats'],
  [/^Coalesce parameters for (\S+):$/, 'coalesce'],
  [/^Ring parameters for (\S+):$/, 'ring'],
  [/^Channel parameters for (\S+):$/, 'channels'],
  [/^Settings for (\S+):$/, 'settings'],
  [/^Time stamping parameters for (\S+):$/, 'timestamping'],
  [/^RX flow hash indirection table for (\S+) with \d+ RX ring\(s\):$/, 'indirection'],
  [/^(\d+) RX rings available$/, 'rules'],
  [/^driver: (\S+)$/, 'driver'],
];
const DRIVER_KEYS = /^(?:version|firmware-version|expansion-rom-version|bus-info|supports-[\w-]+): ?/;
const VALUE = /^[\t ]*((?:\[\d+\]: )?[\w. ()[\]-]+?):\s*(.*)$/;
/** Words without a value under the title of a group: `Capabilities:`, then `\tsoftware-receive (SOF_…)`. */
const CAPABILITY = /^\s+([\w-]+)\s+\((SOF_TIMESTAMPING_\w+|HWTSTAMP_\w+)\)$/;
const COALESCE_KEY =
  /^(?:(?:rx|tx|stats|sample|pkt|cqe|adaptive)[\w-]*|Adaptive RX|Current hardware settings|Pre-set maximums)$/i;
const COUNT_KEY = /^(?:RX(?: Mini| Jumbo| Buf Len)?|TX(?: Push)?|Other|Combined|CQE Size|RX Push)$/;
/** Options that tell what a section is when its head was cut off: `ethtool -S eth2 | grep rx_bytes`. */
const OPTIONS: Readonly<Record<string, string>> = {
  k: 'features',
  S: 'stats',
  c: 'coalesce',
  g: 'ring',
  l: 'channels',
  x: 'indirection',
  n: 'rules',
  u: 'rules',
  T: 'timestamping',
  i: 'driver',
};

/** `ethtool -S eth2 | grep rx_bytes` as typed: the lines that follow may lack their head. */
export function readEthtoolCommand(command: string): { device: string; kind: string; group: string } | null {
  const match = /\bethtool(?:\s+-(?:-[\w-]+|([a-zA-Z])))?\s+([\w.@-]+)/.exec(command);
  if (match === null) return null;
  return { device: match[2], kind: match[1] === undefined ? 'settings' : (OPTIONS[match[1]] ?? 'other'), group: '' };
}

export const ethtool: SideRule = {
  name: 'ethtool',
  take(line, lineNo, recorder, state) {
    for (const [pattern, kind] of HEADS) {
      const head = pattern.exec(line);
      if (head === null) continue;
      const known = state.ethtool?.device ?? '';
      const device = kind === 'driver' || kind === 'stats' || kind === 'rules' ? known : (head[1] ?? '');
      state.ethtool = { device: kind === 'driver' ? '' : device, kind, group: '' };
      if (kind === 'rules') keep(recorder, [device, kind, 'RX rings'], head[1], lineNo);
      if (kind !== 'driver') return kind === 'rules' ? 'parsed' : 'comment';
      recorder.keep('ethtool', 'driver', head[1], lineNo);
      return 'parsed';
    }
    const section = state.ethtool;
    if (section === null) return null;
    const { device, kind } = section;
    if (kind === 'timestamping' || kind === 'indirection' || kind === 'rules')
      return takeSpecial(line, lineNo, recorder, section);
    const value = VALUE.exec(line);
    if (value === null) return null;
    const [, rawName, text] = value;
    const name = rawName.trim();
    if (kind === 'ring' || kind === 'channels') {
      if (/^(?:Pre-set maximums|Current hardware settings)$/.test(name)) {
        section.group = name.startsWith('Pre') ? 'maximum' : '';
        return 'comment';
      }
      if (!COUNT_KEY.test(name)) return null;
      keep(recorder, [device, kind, section.group, name], text, lineNo);
      return 'parsed';
    }
    const isOwn =
      (kind === 'features' && /^(?:on|off)\b/.test(text)) ||
      (kind === 'stats' && /^ +\S/.test(line) && /^-?\d+$/.test(text)) ||
      (kind === 'driver' && DRIVER_KEYS.test(line)) ||
      (kind === 'coalesce' && COALESCE_KEY.test(name)) ||
      (kind === 'settings' && /^\t/.test(line));
    if (!isOwn) return null;
    keep(recorder, [device, kind, name], text, lineNo);
    return 'parsed';
  },
};

function takeSpecial(
  line: string,
  lineNo: number,
  recorder: SideRecorder,
  section: { device: string; kind: string; group: string },
): 'parsed' | 'comment' | 'unused' | null {
  const { device, kind } = section;
  if (kind === 'timestamping') {
    const capability = CAPABILITY.exec(line);
    if (capability !== null) {
      keep(recorder, [device, kind, section.group, capability[1]], capability[2], lineNo);
      return 'parsed';
    }
    const title =
      /^(Capabilities|PTP Hardware Clock|Hardware (?:Transmit Timestamp|Receive Filter) Modes|Hardware timestamp provider \w+):\s*(.*)$/.exec(
        line,
      );
    if (title === null) return null;
    section.group = title[1] === 'Capabilities' ? '' : title[1];
    if (title[2] === '') return 'comment';
    keep(recorder, [device, kind, title[1]], title[2], lineNo);
    return 'parsed';
  }
  if (kind === 'indirection') {
    if (/^ +\d+:(?: +\d+)+$/.test(line)) {
      keep(
        recorder,
        [device, kind, line.slice(0, line.indexOf(':')).trim()],
        line.slice(line.indexOf(':') + 1),
        lineNo,
      );
      return 'parsed';
    }
    const hash = /^ +(toeplitz|xor|crc32): (on|off)$/.exec(line);
    if (hash !== null) keep(recorder, [device, kind, hash[1]], hash[2], lineNo);
    return hash !== null
      ? 'parsed'
      : /^RSS hash (?:key|function):|^(?:[0-9a-f]{2}:){5}|^Operation not supported$/.test(line)
        ? 'unused'
        : null;
  }
  const total = /^Total (\d+) rules$/.exec(line);
  if (total !== null) {
    keep(recorder, [device, kind, 'total'], total[1], lineNo);
    return 'parsed';
  }
  return /^(?:Filter: \d+|\t\S)|^(?:TCP|UDP|SCTP) over IPV[46] flows use these fields|^(?:IP|L4) (?:SA|DA|proto|bytes)\b|^L4 bytes/i.test(
    line,
  )
    ? 'unused'
    : null;
}

function keep(recorder: SideRecorder, parts: readonly string[], text: string, lineNo: number): void {
  recorder.keep('ethtool', parts.filter((part) => part !== '').join('.'), text, lineNo);
}
