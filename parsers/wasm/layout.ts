/**
 * Places in the scanner's memory and the numbers both sides agree on. Compiled twice: by TypeScript for the readers and by
 * AssemblyScript for the scanner, so plain integer constants only.
 */

/** Memory of one scanner: 64 KiB pages, never grown (growing would detach every view). */
export const PAGES = 128;

/** Fields of the control block (bytes from CONTROL), 32-bit. */
export const CONTROL = 1024;
export const POS = 1024;
export const END = 1028;
export const ROWS = 1032;
export const LAYOUT = 1036;
/** ftrace: bytes of the last left part. perf: column of the last '['. */
export const COLUMN = 1040;
/** Fractional digits of the clock: 6 or 9. Other lines are not the scanner's. */
export const DIGITS = 1044;
/** Lines handled completely since the readers last looked. */
export const HITS = 1048;
export const PARSED = 1052;
export const UNUSED = 1056;
export const EVENTS = 1060;
export const FUNCTIONS = 1068;
/** Successive lines with one time stamp. */
export const SAME_TIME = 1072;
/** What the last line was: for MISS, HEAD and the two ASKs. */
export const LINE_START = 1076;
export const LINE_END = 1080;
export const NEXT_LINE = 1084;
export const PREFIX = 1088;
export const NAME = 1092;
export const NAME_START = 1096;
export const NAME_END = 1100;
export const PAYLOAD = 1104;
export const ASK_START = 1108;
export const ASK_END = 1112;
/** The last line handled completely. */
export const LAST_PREFIX = 1116;
export const LAST_NAME = 1120;
export const LAST_IS_USED = 1124;
export const MAX_LINE = 1128;
/** First byte after the last number read. */
export const CURSOR = 1132;

/** function_graph: columns of the dot (-1 without times), of the lane (cpu and task) and of the bar behind the duration. */
export const DOT = 1136;
export const LANE = 1140;
export const LANE_SIZE = 1144;
export const BAR = 1148;

/** Up to eight bytes that may begin a line of interest to findLineStart. */
export const FIRST_BYTES = 1248;

/** Fields of the control block, doubles. */
export const LINE = 1152;
export const BASE_HIGH = 1160;
export const MIN_NS = 1168;
export const MAX_NS = 1176;
export const LAST_NS = 1184;
export const AT_NS = 1192;
export const PERIOD = 1200;
export const LAST_PERIOD = 1208;
export const LAST_LINE = 1216;
/** function_graph: the time stamp of the last line, and what calls inside it took together. */
export const STAMP_NS = 1224;
export const HIDDEN_NS = 1232;
export const OPENINGS = 1240;
/** Values of the fields of one line. */
export const VALUES = 1280;

/** What run() came back for. */
export const DONE = 0;
/** A line the scanner does not know: read it in full, from LINE_START to LINE_END. */
export const MISS = 1;
/** Task, cpu, time and name are known, the payload is the reader's. */
export const HEAD = 2;
/** No room for the rows of another line. */
export const FULL = 3;
/** A task name (of a payload) or a socket address, ASK_START to ASK_END, has no id yet. */
export const ASK_COMM = 4;
export const ASK_SOCK = 5;
/** The text that names both ends of a connection, ASK_START to ASK_END, has no id yet. */
export const ASK_FLOW = 6;

export const PERF = 0;
export const FTRACE = 1;

/** Remembered left parts and names: 64 bytes of text, then numbers. Two slots are tried. */
export const SLOT_BYTES = 128;
export const TEXT_BYTES = 64;
export const SLOT_SIZE = 64;
export const COUNT = 68;

export const PREFIXES = 4096;
export const PREFIX_SLOTS = 2048;
export const TID = 72;
export const CPU = 76;
export const COMM = 80;
export const CONTEXT = 84;
export const COMM_OFFSET = 88;
export const THREAD = 92;

export const NAMES = PREFIXES + PREFIX_SLOTS * SLOT_BYTES;
export const NAME_SLOTS = 16384;
export const PROGRAM = 72;
export const EVENT = 76;
export const KIND = 80;
export const PROBE = 84;
export const EXTRA = 88;
export const ITEM_ID = 96;
export const PLAN_COUNT = 100;
export const PLAN_REFS = 104;

/** function_graph: a statement's function (EVENT), kind (KIND), return value, caller. */
export const HAS_VALUE = 100;
export const VALUE = 104;
export const CALLER = 112;
/** The statement that came next the last time; of a lane, its last statement. Zero leads to zero. */
export const FOLLOWER = 116;
export const LAST_STATEMENT = 96;

/** Programs: what the payload of a name means. */
export const READER = 0;
export const SKIP = 1;
export const PLAIN = 2;
export const SOFTIRQ = 3;
export const IRQ = 4;
export const SKB = 5;
export const TCP_PROBE = 6;
export const SWITCH = 7;
export const WAKEUP = 8;
export const SYSCALL_ENTER = 9;
export const SYSCALL_TEXT = 10;
export const SYSCALL_EXIT = 11;
export const SYSCALL_ARROW = 12;
export const KPROBE = 13;
export const FUNCTION = 14;
export const SKIP_FUNCTION = 15;
export const PARENT = 16;
export const RECV_LENGTH = 17;
/** Syscalls of no use, in ftrace's own spelling. */
export const SKIP_TEXT = 18;
export const SKIP_ARROW = 19;
/** tcp_rcv_space_adjust. */
export const SPACE_ADJUST = 20;
/** napi_poll, and what came from the driver (netif_receive_skb_entry and its kind). */
export const NAPI_POLL = 21;
export const SKB_ENTRY = 22;

/** Names of syscall arguments (arg0, arg1, arg2) or of kprobe places and fields: one plan of 512 bytes each. */
export const PLANS = NAMES + NAME_SLOTS * SLOT_BYTES;
export const PLAN_BYTES = 512;
export const MAX_PLANS = 1024;
export const PLANS_PER_NAME = 4;
export const PLAN_TEXT_BYTES = 128;
export const PLAN_SIZE = 128;
export const PLAN_IS_USED = 132;
export const PLAN_KIND = 136;
export const PLAN_PROBE = 140;
export const PLAN_EDGE = 144;
export const PLAN_FIELDS = 148;
/** Fields of a plan: 32 bytes of key, its length, role, style. */
export const FIELDS = 160;
export const FIELD_BYTES = 44;
export const MAX_PLAN_FIELDS = 8;
export const KEY_BYTES = 32;
export const KEY_SIZE = 32;
export const ROLE = 36;
export const STYLE = 40;
/** Roles: 0 to 3 the argument columns. */
export const ROLE_NONE = 4;
export const ROLE_SOCK = 5;
export const ROLE_OBJECT = 6;
/** A word without '=': nothing may follow it. */
export const ROLE_WORD = 7;
export const STYLE_AUTO = 0;
export const STYLE_BARE_HEX = 1;
/** Added to a style that nothing proves: a value that reads differently in the other one is the reader's to warn of. */
export const STYLE_DOUBT = 2;

/** Task names of payloads by their bytes, socket addresses by their number. */
export const COMMS = PLANS + MAX_PLANS * PLAN_BYTES;
export const COMM_SLOTS = 1024;
export const COMM_BYTES = 32;
export const SOCKS = COMMS + COMM_SLOTS * COMM_BYTES;
export const SOCK_SLOTS = 512;
export const SOCK_BYTES = 16;

/** Both ends of connections as printed: 128 bytes of text, size, id. */
export const FLOWS = SOCKS + SOCK_SLOTS * SOCK_BYTES;
export const FLOW_SLOTS = 1024;
export const FLOW_TEXT_BYTES = 128;
export const FLOW_BYTES = 136;

/** State of syscalls by thread: entry, its spelling, the one that ended last, its spelling. */
export const THREADS = FLOWS + FLOW_SLOTS * FLOW_BYTES;
export const MAX_THREADS = 65536;
export const THREAD_BYTES = 16;

/** function_graph: open calls of a task: top, last cpu, function by depth. */
export const STACKS = THREADS + MAX_THREADS * THREAD_BYTES;
export const MAX_STACKS = 2048;
export const STACK_BYTES = 256;
export const STACK_DEPTH = 62;
/** Functions by index: enter, exit (kinds), probe, softirq (-1 none), whether the return value means something. */
export const FUNCS = STACKS + MAX_STACKS * STACK_BYTES;
export const MAX_FUNCS = 16384;
export const FUNC_BYTES = 20;
/** Last time and duration of the last leaf of each cpu. */
export const CPU_CLOCKS = FUNCS + MAX_FUNCS * FUNC_BYTES;
export const MAX_CPUS = 4096;

/** Columns of the page of rows. */
export const BATCH = CPU_CLOCKS + MAX_CPUS * 16;
/** Rows of the page (BATCH_ROWS of src/model/events.ts), and room that one line needs. */
export const PAGE_ROWS = 8192;
export const ROWS_PER_LINE = 2;
/** Order and width of the columns: doubles, then 32-bit, then bytes. */
export const AT = BATCH;
export const DUR = AT + PAGE_ROWS * 8;
export const OBJ = DUR + PAGE_ROWS * 8;
export const ARG0 = OBJ + PAGE_ROWS * 8;
export const ARG1 = ARG0 + PAGE_ROWS * 8;
export const ARG2 = ARG1 + PAGE_ROWS * 8;
export const ARG3 = ARG2 + PAGE_ROWS * 8;
export const LINES = ARG3 + PAGE_ROWS * 8;
export const CPUS = LINES + PAGE_ROWS * 8;
export const TIDS = CPUS + PAGE_ROWS * 4;
export const COMM_IDS = TIDS + PAGE_ROWS * 4;
export const PROBES = COMM_IDS + PAGE_ROWS * 4;
export const PARENTS = PROBES + PAGE_ROWS * 4;
export const DEPTHS = PARENTS + PAGE_ROWS * 4;
export const SOCK_IDS = DEPTHS + PAGE_ROWS * 4;
export const AUXS = SOCK_IDS + PAGE_ROWS * 4;
export const KINDS = AUXS + PAGE_ROWS * 4;
export const SOURCES_OF = KINDS + PAGE_ROWS;
export const EDGES_OF = SOURCES_OF + PAGE_ROWS;
export const CONTEXTS = EDGES_OF + PAGE_ROWS;
/** Bytes of text, with room before and behind for wide loads: a chunk of the file, and slices copied from elsewhere. */
export const CHUNK = CONTEXTS + PAGE_ROWS + 1024;
export const CHUNK_BYTES = 1179648;
export const SLICE = CHUNK + CHUNK_BYTES + 1024;
export const SLICE_BYTES = 524288;
