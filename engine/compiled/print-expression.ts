import { ts } from '../syntax/ts.ts';
import { code, joinCode, textPiece, use } from './code.ts';
import type { Code, Piece } from './code.ts';
import { holdCall, isFloatingCall } from './floating-call.ts';
import { isReference } from './resolve-bindings.ts';
import type { Binding, Bindings, FunctionNode } from './resolve-bindings.ts';
import { unsupported } from './unsupported.ts';

/** How one function (machine or closure) refers to what is around it. */
export interface PrintContext {
  readonly bindings: Bindings;
  readonly source: ts.SourceFile;
  /** The function being printed; names owned by others are captured. */
  readonly owner: ts.Node;
  /** Code that stands for a node that was evaluated before. */
  readonly substitutes: Map<ts.Node, Code>;
  /** The register of the activation. */
  readonly activation: string;
  /** Where the box or the value of a variable of an enclosing resumable function is. */
  readonly capture: (binding: Binding) => Code;
  /** A nested function as an expression, or undefined to print it in place. */
  readonly closure: (node: FunctionNode) => Code | undefined;
  /** True for names that stay ordinary block-scoped variables of the printed text. */
  readonly isNative: (binding: Binding) => boolean;
}

/** Prints `node` with its names resolved for the machine; the rest of its text is kept as written. */
export function printNode(node: ts.Node, context: PrintContext): Code {
  const substitute = context.substitutes.get(node);
  if (substitute !== undefined) return substitute;
  if (ts.isTypeNode(node))
    return [textPiece(context.source.text.slice(node.getStart(context.source), node.end))];
  if (ts.isIdentifier(node)) return isReference(node) ? printName(node, context) : verbatim(node, context);
  if (ts.isShorthandPropertyAssignment(node)) return printShorthand(node, context);
  if (isFunctionNode(node)) {
    const closure = context.closure(node);
    if (closure !== undefined) return closure;
  } else refuse(node, context);
  const printed = printChildren(node, context);
  return isFloatingCall(node) ? holdCall(node, printed, context.activation) : printed;
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node)
  );
}

function printName(node: ts.Identifier, context: PrintContext): Code {
  const binding = context.bindings.of.get(node);
  const at = node.getStart(context.source);
  if (binding === undefined && node.text === 'arguments') throw unsupported(node, '`arguments`');
  if (binding === undefined || context.isNative(binding)) return [textPiece(node.text, at)];
  const place = binding.owner === context.owner ? use(binding, at) : context.capture(binding);
  if (!binding.isBoxed)
    return isCallee(node) && binding.owner !== context.owner ? code`(0, ${place})` : place;
  const box = binding.isReadEarly
    ? code`${context.activation}.cell(${place}, ${JSON.stringify(node.text)})`
    : place;
  return isCallee(node) ? code`(0, ${box}.v)` : code`${box}.v`;
}

/** A variable that is called becomes a member of something of ours, which must not be the `this` of the call. */
function isCallee(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isTaggedTemplateExpression(parent) && parent.tag === node)
  );
}

function printShorthand(node: ts.ShorthandPropertyAssignment, context: PrintContext): Code {
  const value = context.substitutes.get(node.name) ?? printName(node.name, context);
  const fallback =
    node.objectAssignmentInitializer === undefined
      ? []
      : code` = ${printNode(node.objectAssignmentInitializer, context)}`;
  return code`${node.name.text}: ${value}${fallback}`;
}

function printChildren(node: ts.Node, context: PrintContext): Code {
  const { text } = context.source;
  const pieces: (Piece | Code)[] = [];
  let position = node.getStart(context.source);
  ts.forEachChild(node, (child) => {
    const start = child.getStart(context.source);
    if (start < position) return;
    if (start > position) pieces.push(textPiece(text.slice(position, start), position));
    pieces.push(printNode(child, context));
    position = child.end;
  });
  if (position < node.end) pieces.push(textPiece(text.slice(position, node.end), position));
  return pieces;
}

function verbatim(node: ts.Node, context: PrintContext): Code {
  const at = node.getStart(context.source);
  return [textPiece(context.source.text.slice(at, node.end), at)];
}

function refuse(node: ts.Node, context: PrintContext): void {
  const isInMachine = ts.findAncestor(node, ts.isFunctionLike) === context.owner;
  if (ts.isClassLike(node)) throw unsupported(node, 'a class');
  if (ts.isAccessor(node) && isInMachine) throw unsupported(node, 'a getter or setter');
  if (node.kind === ts.SyntaxKind.ThisKeyword && !isLexicallyFree(node))
    throw unsupported(node, '`this` of its own');
  if (node.kind === ts.SyntaxKind.SuperKeyword) throw unsupported(node, '`super`');
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.NewKeyword)
    throw unsupported(node, '`new.target`');
  if (ts.isYieldExpression(node) && isInMachine) throw unsupported(node, '`yield`');
  if (ts.isAwaitExpression(node) && isInMachine) throw unsupported(node, 'an `await` in this place');
}

/** `this` is the enclosing class's or a nested ordinary function's: both keep their meaning. */
function isLexicallyFree(node: ts.Node): boolean {
  const holder = ts.findAncestor(node, (at) => ts.isFunctionLike(at) && !ts.isArrowFunction(at));
  return holder === undefined || !isAsyncMachine(holder);
}

/** Nested async functions become machines of their own; generators stay as they are. */
export function isAsyncMachine(node: ts.Node): boolean {
  const isAsync = (ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Async) !== 0;
  return isFunctionNode(node) && isAsync && node.asteriskToken === undefined;
}

export function printList(nodes: readonly ts.Node[], context: PrintContext): Code {
  return joinCode(
    nodes.map((node) => printNode(node, context)),
    ', ',
  );
}
