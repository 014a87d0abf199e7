import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Two ClickHouse servers on the loopback, each a shard of the cluster `shards`. */
export interface ClickHouseServers {
  /** clickhouse://127.0.0.1:PORT/default by shard. */
  addresses: string[];
  stop(): Promise<void>;
}

/** The server of the system's packages. Root may install it; without it and without root the reason is returned. */
export function findClickHouse(): { program: string } | { missing: string } {
  const known = ['/usr/bin/clickhouse-server', '/usr/sbin/clickhouse-server', '/usr/local/bin/clickhouse-server'];
  const found = known.find((file) => existsSync(file));
  if (found !== undefined) return { program: found };
  if (process.getuid?.() !== 0) return { missing: 'clickhouse-server is not installed and only root may install it' };
  spawnSync(
    'sh',
    ['-c', 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq clickhouse-server'],
    {
      timeout: 300_000,
    },
  );
  const installed = known.find((file) => existsSync(file));
  return installed !== undefined ? { program: installed } : { missing: 'apt has no clickhouse-server' };
}

export async function startClickHouse(program: string): Promise<ClickHouseServers> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-clickhouse-'));
  const ports = await findPorts(6);
  const shards = [0, 1].map((i) => ({
    http: ports[i],
    tcp: ports[2 + i],
    interserver: ports[4 + i],
    folder: path.join(folder, `${i}`),
  }));
  const cluster = shards
    .map(({ tcp }) => `<shard><replica><host>127.0.0.1</host><port>${tcp}</port></replica></shard>`)
    .join('');
  const children: ChildProcess[] = [];
  for (const shard of shards) {
    mkdirSync(path.join(shard.folder, 'data'), { recursive: true });
    writeFileSync(path.join(shard.folder, 'config.xml'), configOf(shard, cluster));
    writeFileSync(path.join(shard.folder, 'users.xml'), USERS);
    children.push(
      spawn(program, [`--config-file=${path.join(shard.folder, 'config.xml')}`], {
        cwd: shard.folder,
        stdio: 'ignore',
      }),
    );
  }
  const stop = async (): Promise<void> => {
    await Promise.all(
      children.map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGKILL');
          }),
      ),
    );
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const { http } of shards) await waitUntilUp(http);
  } catch (error) {
    await stop();
    throw error;
  }
  return { addresses: shards.map(({ http }) => `clickhouse://127.0.0.1:${http}/default`), stop };
}

const USERS =
  '<yandex><profiles><default><max_memory_usage>4000000000</max_memory_usage></default></profiles><users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas></yandex>';

function configOf(shard: { http: number; tcp: number; interserver: number; folder: string }, cluster: string): string {
  return `<yandex>
<logger><level>warning</level><log>${shard.folder}/log</log><errorlog>${shard.folder}/errors</errorlog></logger>
<http_port>${shard.http}</http_port><tcp_port>${shard.tcp}</tcp_port>
<interserver_http_port>${shard.interserver}</interserver_http_port>
<listen_host>127.0.0.1</listen_host>
<path>${shard.folder}/data/</path><tmp_path>${shard.folder}/tmp/</tmp_path><format_schema_path>${shard.folder}/schemas/</format_schema_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>268435456</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>
<remote_servers><shards>${cluster}</shards></remote_servers>
</yandex>
`;
}

async function waitUntilUp(port: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await postSql(`clickhouse://127.0.0.1:${port}/default`, 'select 1').catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`ClickHouse does not answer on port ${port}`);
}

/** A connection of its own: a test that waits for a command in between is longer away than the server keeps one. */
export function postSql(address: string, sql: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method: 'POST', path: '/', agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(sql);
  });
}

/** Free ports, each asked of the system and given back. */
async function findPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
