const MEMBERS =
  'signal|requestId|_meta|sendRequest|sendNotification|authInfo|requestInfo|closeSSEStream|closeStandaloneSSEStream';
const MEMBER = new RegExp(`\\b(?:${MEMBERS})\\b`);
const TYPE = /\b(?:RequestHandlerExtra|ServerContext|BaseContext|ClientContext|\w+Callback)\b/;
/** `async (args, { sendRequest }) =>`: the last parameter is taken apart. */
const PATTERN = new RegExp(
  `\\{[^{}]*\\b(?:${MEMBERS})\\b[^{}]*\\}\\s*(?::[^=()]*)?\\)\\s*(?::[^=;]*)?(?:=>|\\{)`,
);

/**
 * Whether a file may still use a member that the context had in version 1, by its text: in a function with a parameter of
 * a context's type, or in a handler that takes the context apart. The SDK's codemod renames the other uses. Loading a
 * program to find out takes as long as a type check.
 */
export function mayUseContext(text: string): boolean {
  return PATTERN.test(text) || (MEMBER.test(text) && TYPE.test(text));
}
