import type { Fact } from '../../../src/model/environment.ts';
import { makeFact } from '../../text/facts.ts';
import { bitsOfUnit } from './layouts.ts';

/** One result in netperf's own units, whatever form it was printed in; NaN: not printed or not measured (−1). */
export interface NetperfResult {
  /** TCP_STREAM, TCP_MAERTS, TCP_RR …; '' where the text does not say. */
  test: string;
  /** Whether the netserver side receives; null: not told. */
  isRemoteReceiver: boolean | null;
  /** `10^6bits`, `MBytes`, `Trans`. */
  unit: string;
  rate: number;
  seconds: number;
  localCpuPct: number;
  remoteCpuPct: number;
  /** us per KB (1024 bytes), or per transaction. */
  localDemand: number;
  remoteDemand: number;
  isPerTransaction: boolean;
  messageBytes: number;
  messages: number;
  line: number;
}

export function makeResult(line: number): NetperfResult {
  const nan = Number.NaN;
  return {
    test: '',
    isRemoteReceiver: null,
    unit: '10^6bits',
    rate: nan,
    seconds: nan,
    localCpuPct: nan,
    remoteCpuPct: nan,
    localDemand: nan,
    remoteDemand: nan,
    isPerTransaction: false,
    messageBytes: nan,
    messages: nan,
    line,
  };
}

/** TCP_STREAM sends from here to netserver, TCP_MAERTS back; requests and responses go both ways. */
export function tellRemoteReceiver(test: string): boolean | null {
  if (/MAERTS/i.test(test)) return false;
  if (/STREAM|SENDFILE/i.test(test)) return true;
  return null;
}

/** us/KB of netperf: KB = 1024 bytes (calc_service_demand). */
const NS_PER_BYTE = 1000 / 1024;
const DIGITS = 12;

export function listResultFacts(result: NetperfResult, fileName: string, index: number): Fact[] {
  const at = { file: fileName, line: result.line, record: `netperf#${index}` };
  const facts: Fact[] = [];
  const keep = (key: string, value: number, unit: string): void => {
    // −1 stands for "not measured".
    if (Number.isNaN(value) || value < 0) return;
    facts.push(makeFact('benchmark', key, String(Number(value.toPrecision(DIGITS))), at, unit));
  };
  facts.push(makeFact('benchmark', 'test', `netperf${result.test === '' ? '' : ` ${result.test}`}`, at));
  const bits = bitsOfUnit(result.unit);
  if (result.isPerTransaction && Number.isNaN(bits)) {
    if (result.unit === 'Usec') keep('latency', result.rate, 'us');
    else keep('transactions_per_second', result.rate, '1/s');
  } else keep('bits_per_second', result.rate * bits, 'bit/s');
  keep('seconds', result.seconds, 's');
  keep('message_bytes', result.messageBytes, 'bytes');
  keep('messages', result.messages, '');
  const isPerTransaction = result.isPerTransaction && Number.isNaN(bits);
  const name = (isLocal: boolean): string =>
    result.isRemoteReceiver === null
      ? isLocal
        ? 'local'
        : 'remote'
      : isLocal === result.isRemoteReceiver
        ? 'sender'
        : 'receiver';
  for (const isLocal of [true, false]) {
    const demand = isLocal ? result.localDemand : result.remoteDemand;
    keep(`${name(isLocal)}_cpu_pct`, isLocal ? result.localCpuPct : result.remoteCpuPct, '% of all CPUs');
    if (isPerTransaction) keep(`${name(isLocal)}_cpu_us_per_transaction`, demand, 'us');
    else if (demand >= 0) keep(`${name(isLocal)}_cpu_ns_per_byte`, demand * NS_PER_BYTE, 'ns/byte');
  }
  return facts;
}
