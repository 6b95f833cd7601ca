#!/usr/bin/env node
import { main } from '../dist/cli/main.js';

// `mrtr migrate --dry-run | head` closes our output early; that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv);
