import { readCount } from '../../text/counts.ts';
import { makeResult, type NetperfResult, tellRemoteReceiver } from './result.ts';

/**
 * The omni test by output selectors: `THROUGHPUT=22511.40` (-k), titles and values with commas (-o), or below each other in
 * columns of up to four lines (-O). `set_output_elt` of src/nettest_omni.c names both.
 */
const SELECTORS: Readonly<Record<string, keyof NetperfResult>> = {
  THROUGHPUT: 'rate',
  ELAPSED_TIME: 'seconds',
  LOCAL_CPU_UTIL: 'localCpuPct',
  REMOTE_CPU_UTIL: 'remoteCpuPct',
  LOCAL_SD: 'localDemand',
  REMOTE_SD: 'remoteDemand',
  LOCAL_SEND_SIZE: 'messageBytes',
};
const TITLES: Readonly<Record<string, keyof NetperfResult | 'units' | 'demandUnits' | 'direction'>> = {
  throughput: 'rate',
  'elapsed time (sec)': 'seconds',
  'local cpu util %': 'localCpuPct',
  'remote cpu util %': 'remoteCpuPct',
  'local service demand': 'localDemand',
  'remote service demand': 'remoteDemand',
  'local send size': 'messageBytes',
  'throughput units': 'units',
  'service demand units': 'demandUnits',
  direction: 'direction',
};

/** `NAME=value` with a name that netperf has; the list of those that other programs share needs company. */
const KEY = /^(NETPERF_[A-Z_]+\[\d+\]|[A-Z][A-Z0-9_]+)=(.*)$/;
const OWN_KEY =
  /^(?:NETPERF_(?:INTERIM_RESULT|UNITS|INTERVAL|ENDING)\[\d+\]|THROUGHPUT(?:_UNITS|_CONFID)?|(?:LOCAL|REMOTE)_(?:SD|CPU_[A-Z_]+|(?:SEND|RECV)_[A-Z_]+|INTERFACE_[A-Z_]+|SOCKET_[A-Z_]+|TRANSPORT_RETRANS|CONG_CONTROL|SYSNAME|RELEASE|VERSION|MACHINE|BYTES_[A-Z_]+|CORK|NODELAY|SECURITY_[A-Z_]+)|SD_UNITS|ELAPSED_TIME|CONFIDENCE_[A-Z]+|(?:LSS|LSR|RSS|RSR)_SIZE(?:_REQ|_END)?|DIRECTION|PROTOCOL|SOCKET_TYPE|RT_LATENCY|TRANSACTION_RATE|TRANSPORT_MSS|REQUEST_SIZE|RESPONSE_SIZE|BURST_SIZE|(?:MEAN|MIN|MAX|P50|P90|P99|STDDEV)_LATENCY|COMMAND_LINE|RESULT_BRAND|UUID|OUTPUT_NONE|(?:SOURCE|DEST)_(?:PORT|ADDR|FAMILY))$/;

export function readKeyValue(line: string): { key: string; text: string } | null {
  const match = KEY.exec(line.trim());
  return match !== null && OWN_KEY.test(match[1]) ? { key: match[1], text: match[2] } : null;
}

/** Takes what a pair says; false: another result begins with it (the key was there). */
export function takeKeyValue(result: NetperfResult, key: string, text: string): void {
  const field = SELECTORS[key];
  if (field !== undefined) setNumber(result, field, text);
  else if (key === 'THROUGHPUT_UNITS') setUnit(result, text);
  else if (key === 'SD_UNITS') result.isPerTransaction = /Tran/i.test(text);
  else if (key === 'DIRECTION') result.isRemoteReceiver = tellDirection(text);
  else if (key === 'COMMAND_LINE') setTest(result, /-t\s+(\S+)/.exec(text)?.[1] ?? '');
}

function setNumber(result: NetperfResult, field: keyof NetperfResult, text: string): void {
  (result as unknown as Record<string, number>)[field] = readCount(text.trim());
}

function setUnit(result: NetperfResult, text: string): void {
  result.unit = text.trim().replace(/\/s(?:ec)?$/, '');
  if (result.unit === 'Trans') result.isPerTransaction = true;
}

export function setTest(result: NetperfResult, test: string): void {
  if (test === '') return;
  result.test = test.toUpperCase();
  result.isRemoteReceiver ??= tellRemoteReceiver(test);
}

const tellDirection = (text: string): boolean | null =>
  /^\s*(?:Send\|Recv|Send\/Recv)/.test(text)
    ? null
    : /^\s*Send/.test(text)
      ? true
      : /^\s*Rec/.test(text)
        ? false
        : null;

/** Titles in the order of the columns; null: no titles of netperf. */
export function readCsvTitles(line: string): string[] | null {
  const titles = line.split(',').map((title) => title.trim().toLowerCase().replace(/\s+/g, ' '));
  return titles.length > 1 && titles.filter((title) => TITLES[title] !== undefined).length >= 2 ? titles : null;
}

export function readByTitles(titles: readonly string[], cells: readonly string[], line: number): NetperfResult | null {
  if (cells.length !== titles.length) return null;
  const result = makeResult(line);
  for (const [i, title] of titles.entries()) {
    const field = TITLES[title];
    const text = cells[i].trim();
    if (field === undefined || text === '') continue;
    if (field === 'units') setUnit(result, text);
    else if (field === 'demandUnits') result.isPerTransaction = /Tran/i.test(text);
    else if (field === 'direction') result.isRemoteReceiver = tellDirection(text);
    else setNumber(result, field, text);
  }
  return Number.isNaN(result.rate) && Number.isNaN(result.seconds) ? null : result;
}

/** Columns begin where the values begin: what stands above them in the head lines is their title. */
export function readColumns(head: readonly string[], values: string): { titles: string[]; cells: string[] } {
  const starts = [...values.matchAll(/\S+/g)].map((match) => match.index);
  const slice = (line: string, i: number): string => line.slice(starts[i], starts[i + 1] ?? line.length).trim();
  const titles = starts.map((_, i) =>
    head
      .map((line) => slice(line, i))
      .join(' ')
      .trim()
      .toLowerCase()
      .replace(/\s+/g, ' '),
  );
  return { titles, cells: starts.map((_, i) => slice(values, i)) };
}
