import { CallState, type Segment } from '../../model/calls.ts';
import { isTcpKind, isUdpKind } from '../../model/sockets/protocol.ts';
import { emptyBuckets } from './buckets.ts';
import { Pieces } from './pieces.ts';

/** What is known only per call and decides the mechanism; kept beside the row until all facts are there. */
export const CallFlag = {
  pinSeen: 1,
  pinRefused: 2,
  unpinSeen: 4,
  channelLookedUp: 8,
  zerocopy: 16,
  waited: 64,
  copiedFirst: 128,
  udp: 256,
  tcp: 512,
  inferredEnd: 1024,
  unknownCopyBytes: 2048,
  unknownSubmitBytes: 4096,
  ioUringZc: 8192,
  socketEvidence: 16384,
  /** Zero-copy receive: pages were mapped or bytes consumed in lines of this call. */
  mapSeen: 65536,
  /** The mapped bytes follow from the number of pages alone. */
  mapProven: 131072,
  /** The channel look-up of the predicate returned none; dma_find_channel inside it had found an engine. */
  channelNone: 262144,
  engineFound: 524288,
  /** sk_wait_data was called: fewer bytes than the target were there. */
  waitFunction: 1048576,
  dsaSubmit: 2097152,
  /** A receive function of another family ran: unix, netlink, packet. */
  notInet: 4194304,
} as const;

/** State bits of a call of which a part is missing: what is absent inside it proves nothing. */
export const NOT_WHOLE = CallState.cutAtStart | CallState.cutAtEnd | CallState.lossInside;

/** Flag of the kind of a socket (model/sockets/protocol.ts) as sock_recv_length prints it; 0 for others and when absent. */
export function flagOfKind(kind: number): number {
  if (isTcpKind(kind)) return CallFlag.tcp;
  return isUdpKind(kind) ? CallFlag.udp : 0;
}

/** Calls without rows of their own have none. */
const NO_PIECES = new Pieces();
const MAX_LANES = 200;

/** One receive call while it runs. Plain numbers only; one object per call is the only allocation of the sweep. */
export class OpenCall {
  readonly startNs: number;
  readonly tid: number;
  buckets = emptyBuckets();
  /** Time after the last moment that certainly belongs to the call; dropped when the call turns out to have ended there. */
  pending: number[] | null = null;
  lastNs: number;
  /** Last moment that certainly belongs to the call (calls whose end is not recorded). */
  insideNs: number;
  comm = -1;
  /** WalkState.unreadSchedulerLines when it began; -1: not compared. */
  unreadBefore = -1;
  entry = -1;
  sock = -1;
  baseDepth = 0;
  baseRank = 0;
  baseHasExit = true;
  holdsSeveral = false;
  needsEvidence = false;
  requestedBytes = Number.NaN;
  returnedBytes = Number.NaN;
  innerBytes = Number.NaN;
  innerCompleted = 0;
  /** Tries of a MSG_WAITALL receive by a ring (walk/partial-tries.ts): asked for now, got so far, left to ask for. */
  tryBytes = Number.NaN;
  triedBytes = 0;
  restBytes = Number.NaN;
  /** Between two tries; over at `completedNs` if no further one follows. */
  isHeld = false;
  completedNs = Number.NaN;
  callFlags = Number.NaN;
  fd = Number.NaN;
  flags = 0;
  state = 0;
  cpuStart: number;
  cpuEnd: number;
  firstLine: number;
  lastLine: number;
  copyCpu = -1;
  cpuCopies = 0;
  cpuCopyBytes = 0;
  bytesBeforeWait = 0;
  submits = 0;
  submitBytes = 0;
  earlyCopies = 0;
  descriptors = 0;
  descriptorBytes = 0;
  softirqEarly = 0;
  softirqEarlyBytes = 0;
  earlyCopyNs = 0;
  /** Bytes tcp_zerocopy_receive took off the queue (`copied` of its tcp_cleanup_rbuf). */
  consumedBytes = Number.NaN;
  /** Pages handed to the mapping function. */
  pagesToMap = 0;
  engineSinceNs = -1;
  engineBusyNs = 0;
  overlapNs = 0;
  sleeps = 0;
  wakeups = 0;
  earlyWakeups = 0;
  uselessWakeups = 0;
  wokenSinceSleep = false;
  wakeReason = -1;
  /** Payload that arrived for this call since it fell asleep, where the text has it (tcp_probe). */
  sleepPayload = 0;
  segments = 0;
  acks = 0;
  /** Waiting time in which an ACK was held back until the delayed-ACK timer. */
  delackNs = 0;
  events = 0;
  link = 0;
  /** Outermost rank entered by function-tracer entries: the same again is the next call. */
  functionRank = 99;
  isRing = false;
  /** Stack depth at which tcp_recvmsg released the socket as its last act so far; -1 = it did something after it. */
  releasedAtDepth = -1;
  /** Texts without callers: the last step was the clean-up, which the last release_sock follows. */
  cleanedUp = false;
  /** The last row that was inside is one that receive calls end with. */
  endsLikeThis = false;
  hasMigrated = false;
  /** All recorded levels are plain receive functions (no splice, no mapping, no decryption). */
  hasLoop = true;
  /** The completion wait was seen as the time after the doorbell. */
  inlinedWait = false;
  /** Engine, softirq and waker lanes. */
  readonly lanes: Segment[] = [];
  /** Inner levels with return values were seen: sock_recv_length tells nothing new. */
  innerLevelSeen = false;
  /** What sock_recv_length says of the socket (model/sockets/protocol.ts), -1 where no line does. */
  socketKind = -1;
  /** Both ends of the connection (string id), where an event of the call itself names them. */
  flow = -1;
  /** Buckets at the last completion of a ring, should another receive follow in the same syscall. */
  snapshot: number[] | null = null;
  /** Duration printed with the return of a call whose entry is missing. */
  cutDurationNs = Number.NaN;
  /** That of its thread: gone when the next call begins. */
  readonly pieces: Pieces;
  /** Row of the finished call in the table, -1 not kept; -2 while it runs. */
  row = -2;
  /** Arrivals whose bytes it copied: pairs of row and sequence in the table of arrivals. */
  arrivals: number[] | null = null;
  /** Wake reason counts of this call, merged into the notes when the call is kept. */
  readonly wakes: number[] = [];

  constructor(tid: number, atNs: number, cpu: number, line: number, pieces = NO_PIECES) {
    this.pieces = pieces;
    this.tid = tid;
    this.startNs = atNs;
    this.lastNs = atNs;
    this.insideNs = atNs;
    this.cpuStart = cpu;
    this.cpuEnd = cpu;
    this.firstLine = line;
    this.lastLine = line;
  }

  /** A stretch outside the process lane, for the swim-lane picture. */
  addLane(lane: Segment['lane'], startNs: number, endNs: number, cpu: number, label: string): void {
    if (this.lanes.length >= MAX_LANES) return;
    this.lanes.push({ lane, phase: null, startNs, endNs, cpu, line: this.lastLine, label });
  }

  /** The engine is known to be done (lower bound of its busy time). */
  closeEngine(now: number): void {
    if (this.engineSinceNs < 0) return;
    this.addLane('engine', this.engineSinceNs, Math.max(now, this.engineSinceNs), -1, 'engine busy, at least');
    this.engineSinceNs = -1;
  }
}
