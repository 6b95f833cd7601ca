import { setTimeout as sleep } from 'node:timers/promises';

import type { Builds } from './builds.ts';
import type { Deployment, ServerSlot } from './server-slot.ts';
import type { Service } from './services.ts';

const PAUSE_MS = 250;
const REDIS_DOWN_MS = 800;

/** How many flows have ended, and the wait for those that run. */
export interface Progress {
  readonly total: number;
  ended(): number;
  /** Resolves when every flow that runs now has ended. */
  settled(): Promise<void>;
}

/** What is done to the fleet while the flows run. */
export class Director {
  readonly #slots: readonly ServerSlot[];
  readonly #redis: Service;
  readonly #progress: Progress;
  #deployment: Deployment;
  kills = 0;
  restarts = 0;
  outages = 0;

  constructor(slots: readonly ServerSlot[], redis: Service, deployment: Deployment, progress: Progress) {
    this.#slots = slots;
    this.#redis = redis;
    this.#deployment = deployment;
    this.#progress = progress;
  }

  /** Shares of the flows are given to calm, kills, upgrades and rotation, and outages of Redis. */
  async direct(builds: Builds, oldKey: string, newKey: string, say: (text: string) => void): Promise<void> {
    await this.#until(0.1);
    say('killing processes');
    await this.#killUntil(0.5);
    say('rolling restart to the build in another layout');
    await this.#roll({ ...this.#deployment, build: builds.reformatted });
    say('rotating the key');
    await this.#roll({ ...this.#deployment, keys: [oldKey, newKey] });
    await this.#roll({ ...this.#deployment, keys: [newKey, oldKey] });
    await this.#progress.settled();
    await this.#roll({ ...this.#deployment, keys: [newKey] });
    await this.#until(0.65);
    say('stopping and starting Redis');
    await this.#breakRedisUntil(0.8);
    say('rolling restart to the changed build');
    await this.#roll({ ...this.#deployment, build: builds.changed });
    await this.#until(1);
  }

  async #until(share: number): Promise<void> {
    while (this.#progress.ended() < share * this.#progress.total) await sleep(20);
  }

  async #killUntil(share: number): Promise<void> {
    while (this.#progress.ended() < share * this.#progress.total) {
      const slot = this.#slots[Math.floor(Math.random() * this.#slots.length)];
      this.kills++;
      await slot?.restart(this.#deployment);
      await sleep(PAUSE_MS);
    }
    while (this.#progress.ended() < share * this.#progress.total);
  }

  async #breakRedisUntil(share: number): Promise<void> {
    do {
      this.outages++;
      await this.#redis.kill();
      await sleep(REDIS_DOWN_MS);
      await this.#redis.start();
      await sleep(4 * PAUSE_MS);
    } while (this.#progress.ended() < share * this.#progress.total);
  }

  async #roll(deployment: Deployment): Promise<void> {
    this.#deployment = deployment;
    for (const slot of this.#slots) {
      this.restarts++;
      await slot.restart(deployment);
      await sleep(PAUSE_MS);
    }
  }
}
