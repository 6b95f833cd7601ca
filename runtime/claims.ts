/**
 * Lets each round of a flow be answered once. `claim` is the whole of it: a store of get and set, such as Keyv, cannot tell
 * the first of two that come at the same time.
 */
export interface ClaimStore {
  /**
   * Atomic over all processes: true for exactly one of the calls with the same id.
   * @param ttl milliseconds after which the claim may be forgotten; no state of the round can be opened any more then.
   */
  claim(id: string, ttl: number): Promise<boolean>;
}

const PREFIX = 'mrtr:claim:';

/** Claims of this process alone: for one process, and for tests. */
export function memoryClaims(now: () => number = Date.now): ClaimStore {
  const claims = new Map<string, number>();
  return {
    async claim(id, ttl) {
      // In the order of insertion, which is nearly that of expiry.
      for (const [other, expires] of claims) {
        if (expires > now()) break;
        claims.delete(other);
      }
      if (claims.has(id)) return false;
      claims.set(id, now() + ttl);
      return true;
    },
  };
}

/** A client of the `redis` package, or `{ sendCommand: ([name, ...args]) => ioredis.call(name, ...args) }`. */
export interface RedisCommands {
  sendCommand(command: string[]): Promise<unknown>;
}

/** Claims in Redis or Valkey: `SET id 1 NX PX ttl` (https://redis.io/commands/set) is one atomic command. */
export function redisClaims(client: RedisCommands): ClaimStore {
  return {
    async claim(id, ttl) {
      const answer = await client.sendCommand(['SET', PREFIX + id, '1', 'NX', 'PX', String(ttl)]);
      return answer !== null;
    },
  };
}

export interface SqlClaimsOptions {
  /** Runs a statement and gives the number of rows that it inserted or deleted. */
  readonly run: (statement: string, parameters: readonly (string | number)[]) => Promise<number>;
  /** How parameters are written: `$1` or `?`. */
  readonly dialect: 'postgres' | 'sqlite';
  /** Default `mrtr_claims`. */
  readonly table?: string;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

export interface SqlClaims extends ClaimStore {
  /** Creates the table unless it exists. */
  prepare(): Promise<void>;
  /** Deletes claims that are over; call it now and then. */
  sweep(): Promise<number>;
}

/**
 * Claims in a table of PostgreSQL or SQLite: its primary key makes `INSERT … ON CONFLICT DO NOTHING` atomic.
 * @throws {RangeError} for a table name that would need quotes.
 */
export function sqlClaims({
  run,
  dialect,
  table = 'mrtr_claims',
  now = Date.now,
}: SqlClaimsOptions): SqlClaims {
  if (!/^[a-z_][a-z0-9_.]*$/i.test(table)) throw new RangeError(`${table} is not a plain table name`);
  const [first, second] = dialect === 'postgres' ? ['$1', '$2'] : ['?', '?'];
  return {
    async prepare() {
      await run(`CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, expires BIGINT NOT NULL)`, []);
    },
    async claim(id, ttl) {
      const statement = `INSERT INTO ${table} (id, expires) VALUES (${first}, ${second}) ON CONFLICT (id) DO NOTHING`;
      return (await run(statement, [id, now() + ttl])) === 1;
    },
    sweep: () => run(`DELETE FROM ${table} WHERE expires <= ${first}`, [now()]),
  };
}
