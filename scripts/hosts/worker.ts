import { handle } from './handle.ts';

// oxlint-disable-next-line import/no-default-export -- the form that Workers want
export default { fetch: handle };
