import { handle } from './handle.ts';

interface BunHost {
  readonly Bun: {
    serve(options: {
      readonly port: number;
      readonly hostname: string;
      readonly fetch: typeof handle;
    }): unknown;
  };
}

const { Bun } = globalThis as unknown as BunHost;
Bun.serve({ port: Number(process.env['PORT']), hostname: '127.0.0.1', fetch: handle });
