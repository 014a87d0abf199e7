// Payloads of the softirq side's own events, as many as there are packets: parsers/payload/arrival.ts.
import { ASK_COMM, CURSOR, KIND, PROBE } from '../layout';
import { findLongField, findShortField, LEN_KEY } from './fields';
import { hexAsAddress, readHex, readNumber } from './numbers';
import { addRow, POINT, setArg0, setArg1, setArg2, setArg3, setAux, setObject, TRACEPOINT } from './rows';
import { findIn } from './scan';
import { askComm, LEAVE, SKBADDR, TAKEN } from './tracepoints';

/** Bytes of a device's name that are remembered. */
const DEVICE_BYTES: i32 = 16;
/** QUEUES of the readers: one argument holds the NAPI id and the queue. */
const QUEUES: f64 = 65536;

/** `napi poll on napi struct 0xff… for device lvrx work 1 budget 64`; up to 4.9 it ends behind the device (the readers'). */
export function takeNapiPoll(name: i32, at: i32, end: i32): i32 {
  // `napi poll on napi struct `
  if (end - at < 60 || load<u64>(at) != 0x6c6f70206970616e || load<u64>(at + 8) != 0x70616e206e6f206c) return LEAVE;
  if (load<u64>(at + 16) != 0x7463757274732069 || load<u8>(at + 24) != 32 || !readHex(at + 25)) return LEAVE;
  const object = hexAsAddress();
  const gap = load<i32>(CURSOR);
  // ` for device `
  if (load<u64>(gap) != 0x76656420726f6620 || load<u64>(gap + 4) != 0x2065636976656420) return LEAVE;
  const device = gap + 12;
  const deviceEnd = findIn(device, end, 32);
  // ` work `
  if (deviceEnd < 0 || (load<u64>(deviceEnd) & 0xffffffffffff) != 0x206b726f7720) return LEAVE;
  const work = readNumber(deviceEnd + 6);
  if (isNaN(work)) return LEAVE;
  const behind = load<i32>(CURSOR);
  // ` budget `
  if (load<u64>(behind) != 0x2074656764756220) return LEAVE;
  const budget = readNumber(behind + 8);
  if (isNaN(budget) || load<i32>(CURSOR) != end) return LEAVE;
  const slot = askComm(device, deviceEnd);
  if (slot == 0) return deviceEnd - device > DEVICE_BYTES ? LEAVE : ASK_COMM;
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setObject(row, object);
  setAux(row, load<i32>(slot + 20));
  setArg0(row, work);
  setArg1(row, budget);
  return TAKEN;
}

/** `dev=lvrx napi_id=0x2001 queue_mapping=1 skbaddr=0xff… … len=1500 data_len=1448 … nr_frags=1 gso_size=0 …` */
export function takeSkbEntry(name: i32, at: i32, end: i32): i32 {
  // `dev=`
  if (end - at < 60 || load<u32>(at) != 0x3d766564) return LEAVE;
  const device = at + 4;
  const deviceEnd = findIn(device, end, 32);
  if (deviceEnd < 0) return LEAVE;
  const skb = findLongField(deviceEnd, end, SKBADDR, SKBADDR, 8);
  if (skb == 0 || !readHex(skb)) return LEAVE;
  const object = hexAsAddress();
  // `napi_id=`, `queue_mapping=`
  const napiAt = findLongField(deviceEnd, skb, 0x3d64695f6970616e, 0x3d64695f6970616e, 8);
  const queueAt = findLongField(deviceEnd, skb, 0x616d5f6575657571, 0x3d676e697070616d, 14);
  const lengthAt = findShortField(skb, end, LEN_KEY);
  // `data_len=`, `nr_frags=`
  const dataLengthAt = findLongField(skb, end, 0x6e656c5f61746164, 0x3d6e656c5f617461, 9);
  const fragmentsAt = findLongField(skb, end, 0x73676172665f726e, 0x3d73676172665f72, 9);
  if (napiAt == 0 || queueAt == 0 || lengthAt == 0 || dataLengthAt == 0 || fragmentsAt == 0) return LEAVE;
  const napi = readNumber(napiAt);
  const queue = readNumber(queueAt);
  const length = readNumber(lengthAt);
  const dataLength = readNumber(dataLengthAt);
  const fragments = readNumber(fragmentsAt);
  if (isNaN(napi + queue + length + dataLength + fragments)) return LEAVE;
  if (napi < 0 || queue < 0 || queue >= QUEUES) return LEAVE;
  const slot = askComm(device, deviceEnd);
  if (slot == 0) return deviceEnd - device > DEVICE_BYTES ? LEAVE : ASK_COMM;
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setObject(row, object);
  setAux(row, load<i32>(slot + 20));
  setArg0(row, length);
  setArg1(row, dataLength);
  setArg2(row, fragments);
  setArg3(row, napi * QUEUES + queue);
  return TAKEN;
}
