import { Edge, Source } from '../../src/model/events.ts';
import { scanDec } from '../text/numbers.ts';
import { bytesOf, findBytes, findField, isDigit, skipWord } from '../text/scan.ts';
import { type Decode, type LineHead, Outcome } from './line-head.ts';
import { takeDevice } from './net.ts';

/** Events of the softirq side: what arrived, how it was polled, dropped, handed to another CPU. */

const SKBADDR = bytesOf('skbaddr=');
const LEN = bytesOf('len=');
const DATA_LEN = bytesOf('data_len=');
const NR_FRAGS = bytesOf('nr_frags=');
const NAPI_ID = bytesOf('napi_id=');
const QUEUE = bytesOf('queue_mapping=');
const NAPI_STRUCT = bytesOf('napi struct ');
const FOR_DEVICE = bytesOf(' for device ');
const WORK = bytesOf(' work ');
const BUDGET = bytesOf(' budget ');
const PROTOCOL = bytesOf('protocol=');
const LOCATION = bytesOf('location=');
const REASON = bytesOf('reason: ');
const CPU = bytesOf('cpu=');
const CALLBACK = bytesOf('callback=');
const FUNC = bytesOf('func=');
const RC = bytesOf('rc=');
const RCVBUF = bytesOf('sk_rcvbuf=');
const GROWN_RCVBUF = bytesOf('rcvbuf=');
const QUEUES = 65536;

/**
 * dev=lvrx napi_id=0x2001 queue_mapping=1 skbaddr=0xff… … len=1500 data_len=1448 truesize=2304 … nr_frags=1 gso_size=0 …
 * netif_rx_entry, napi_gro_receive_entry, napi_gro_frags_entry, netif_receive_skb_entry, …_list_entry.
 */
export const decodeSkbEntry: Decode = (head, event, buf, start, end) => {
  const skb = findField(buf, start, end, SKBADDR);
  if (skb < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const { batch } = head.writer;
  batch.obj[row] = head.addressAt(buf, skb, end);
  batch.arg0[row] = head.wantedAt(buf, findField(buf, skb, end, LEN), end);
  batch.arg1[row] = head.wantedAt(buf, findField(buf, skb, end, DATA_LEN), end);
  batch.arg2[row] = head.wantedAt(buf, findField(buf, skb, end, NR_FRAGS), end);
  const napi = head.numberAt(buf, findField(buf, start, skb, NAPI_ID), end);
  const queue = head.numberAt(buf, findField(buf, start, skb, QUEUE), end);
  batch.arg3[row] = (napi >= 0 ? napi : 0) * QUEUES + (queue >= 0 && queue < QUEUES ? queue : 0);
  takeDevice(head, row, buf, start, end);
  return Outcome.used;
};

/** `napi poll on napi struct 0xff… for device lvrx work 1 budget 64`; up to 4.9 it ends behind the device. */
export const decodeNapiPoll: Decode = (head, event, buf, start, end) => {
  const device = findBytes(buf, start, end, FOR_DEVICE);
  if (device < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const { batch } = head.writer;
  const napi = findBytes(buf, start, device, NAPI_STRUCT);
  if (napi >= 0) batch.obj[row] = head.addressAt(buf, napi + NAPI_STRUCT.length, end);
  const name = device + FOR_DEVICE.length;
  const nameEnd = skipWord(buf, name, end);
  batch.aux[row] = head.writer.intern(buf, name, nameEnd);
  const work = findBytes(buf, nameEnd, end, WORK);
  if (work >= 0) batch.arg0[row] = head.numberAt(buf, work + WORK.length, end);
  const budget = findBytes(buf, nameEnd, end, BUDGET);
  if (budget >= 0) batch.arg1[row] = head.numberAt(buf, budget + BUDGET.length, end);
  // Both came in 4.9 in one change.
  if (work >= 0 !== budget >= 0) head.isDamaged = true;
  return Outcome.used;
};

/** skbaddr=0xff… rx_sk=0xff… protocol=2048 location=tcp_data_queue+0x785 reason: TCP_OLD_DATA; the reason from 5.17 on. */
export const decodeFreedSkb: Decode = (head, event, buf, start, end) => {
  const skb = findField(buf, start, end, SKBADDR);
  if (skb < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const { batch } = head.writer;
  batch.obj[row] = head.addressAt(buf, skb, end);
  batch.arg0[row] = head.wantedAt(buf, findField(buf, skb, end, PROTOCOL), end);
  const reason = findField(buf, skb, end, REASON);
  if (reason >= 0) batch.aux[row] = head.writer.intern(buf, reason, skipWord(buf, reason, end));
  takePlace(head, row, buf, findField(buf, skb, end, LOCATION), end);
  return Outcome.used;
};

/** The function that freed it, as the row's caller: `tcp_data_queue+0x785`, a bare address on old kernels. */
function takePlace(head: LineHead, row: number, buf: Uint8Array, at: number, end: number): void {
  if (at < 0) return;
  let stop = at;
  while (stop < end && buf[stop] !== 32 && buf[stop] !== 43) stop++;
  if (stop > at) head.writer.batch.parent[row] = head.writer.intern(buf, at, stop);
}

/** rc=-12 family=AF_INET src=… dest=… (5.x: `rc=-12 port=21009`); rmem_alloc=… truesize=… sk_rcvbuf=… */
export const decodeQueueFull: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const { batch } = head.writer;
  const rc = findField(buf, start, end, RC);
  const rcvbuf = findField(buf, start, end, RCVBUF);
  if (rc < 0 && rcvbuf < 0 && start < end) head.isDamaged = true;
  batch.arg0[row] = head.numberAt(buf, rc, end);
  batch.arg1[row] = head.numberAt(buf, rcvbuf, end);
  head.takeFlow(row, buf, start, end, false);
  return Outcome.used;
};

/** time=187 rtt_us=185 copied=39096 inq=11584 … rcvbuf=32768 … sport=5201 dport=55528 saddr=… daddr=… (6.16 on) */
export const decodeRcvbufGrown: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  head.writer.batch.arg0[row] = head.wantedAt(buf, findField(buf, start, end, GROWN_RCVBUF), end);
  head.takeFlow(row, buf, start, end, false);
  return Outcome.used;
};

/** cpu=1 callsite=generic_exec_single+0x36 func=rps_trigger_softirq csd=0xff… · cpu=1 callsite=… callback=0x0 · cpumask=… */
export const decodeIpi: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const { batch } = head.writer;
  const cpu = findField(buf, start, end, CPU);
  if (cpu >= 0) batch.arg0[row] = scanDec(buf, cpu, end);
  let at = findField(buf, start, end, FUNC);
  if (at < 0) at = findField(buf, start, end, CALLBACK);
  if (at < 0) return Outcome.used;
  let stop = at;
  while (stop < end && buf[stop] !== 32 && buf[stop] !== 43 && buf[stop] !== 44) stop++;
  if (!isDigit(buf[at]) && stop > at) batch.aux[row] = head.writer.intern(buf, at, stop);
  return Outcome.used;
};
