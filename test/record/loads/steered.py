"""A receiver whose setting can be changed while it runs: it stands in a file, looked up again every 20 calls.

steered.py FILE SECONDS [HOST:PORT]   FILE holds the length of its reads, and SO_RCVLOWAT behind it: "65536 32768".
With HOST:PORT it waits there for a sender (python3 steered.py - SECONDS HOST:PORT), else a child sends over loopback.
"""
import os, socket, sys, time

setting, seconds = sys.argv[1], float(sys.argv[2])
# BURST: bytes the sender writes at once, at 65 MB/s: as long as a read, or shorter where the reader is to wait for more.
burst = int(os.environ.get('BURST', '262144'))
host, port = sys.argv[3].split(':') if len(sys.argv) > 3 else ('127.0.0.1', '0')
is_sender = setting == '-'
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if not is_sender:
    server.bind((host, int(port)))
    server.listen(1)
child = 0 if is_sender else -1 if len(sys.argv) > 3 else os.fork()
if child == 0:
    open('/proc/self/comm', 'w').write('txload')
    while True:
        try:
            s = socket.create_connection((host, int(port)) if is_sender else server.getsockname())
            break
        except OSError:
            time.sleep(0.1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        s.sendall(b'x' * burst)
        time.sleep(burst / 65536000)
    os._exit(0)
open('/proc/self/comm', 'w').write('rxload')
conn = server.accept()[0]
fd = conn.fileno()
n, length = 1, 16384
while n > 0:
    try:
        words = open(setting).read().split()
        length = int(words[0])
        if len(words) > 1:
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, int(words[1]))
    except (OSError, ValueError, IndexError):
        pass
    for _ in range(20):
        n = len(os.read(fd, length))
        if n == 0:
            break
if child > 0:
    os.waitpid(child, 0)
