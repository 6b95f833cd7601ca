import { ts } from '../syntax/ts.ts';
import { isType } from './is-type.ts';
import { code, joinCode, sourceText, textOf, use } from './code.ts';
import type { Code, Piece } from './code.ts';
import { holdCall, isFloatingCall } from './floating-call.ts';
import { functionName, isAsync, isFunctionNode, isPrototype } from './function-node.ts';
import type { FunctionNode } from './function-node.ts';
import { losesName, namedValue } from './named-value.ts';
import { printWithAccessors } from './print-accessors.ts';
import { printCombinator } from './print-combinator.ts';
import { isReceiver, isSuper, receiverHolder } from './receiver.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { isAssignmentTarget, isReference } from './resolve-bindings.ts';
import type { Binding, Bindings } from './resolve-bindings.ts';
import { isTimerFunction, isTimerPromise, promiseCombinator } from './timers.ts';
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
  /** Where `super` of the marked function, a method, begins to look. */
  readonly home: string | undefined;
  /** A nested function as an expression, or undefined to print it in place. */
  readonly closure: (node: FunctionNode) => Code | undefined;
  /** The code of a getter or setter as a function expression. */
  readonly accessor: (node: ts.AccessorDeclaration) => Code;
  /** A class as an expression, or undefined to print it in place. */
  readonly classValue: (node: ts.ClassLikeDeclaration) => Code | undefined;
  /** True where the text is cut into steps, so that what needs a function around it cannot stand there as it is. */
  readonly isMachine: boolean;
  /** True for names that stay ordinary block-scoped variables of the printed text. */
  readonly isNative: (binding: Binding) => boolean;
}

/** Prints `node` with its names resolved for the machine; the rest of its text is kept as written. */
export function printNode(node: ts.Node, context: PrintContext): Code {
  const substitute = context.substitutes.get(node);
  if (substitute !== undefined) return substitute;
  if (isType(node)) return [context.source.text.slice(node.getStart(context.source), node.end)];
  if (isReceiver(node)) return printName(node, context);
  if (isTargetOfAsync(node)) return ['undefined'];
  if (ts.isIdentifier(node)) return isReference(node) ? printName(node, context) : verbatim(node, context);
  if (ts.isShorthandPropertyAssignment(node)) return printShorthand(node, context);
  if (isFunctionNode(node)) {
    const closure = context.closure(node);
    if (closure !== undefined) return isUnderNew(node) ? code`(${closure})` : closure;
    if (losesName(node, context)) return namedValue(functionName(node), printChildren(node, context));
  } else if (ts.isClassLike(node)) {
    const value = context.classValue(node);
    if (value !== undefined) return isUnderNew(node) ? code`(${value})` : value;
    if (losesName(node, context)) return namedValue(functionName(node), printChildren(node, context));
  } else refuse(node, context);
  if (ts.isNewExpression(node) && isTimerPromise(node, context.bindings))
    return code`${context.activation}.promise(${printList(node.arguments ?? [], context)})`;
  if (ts.isCallExpression(node)) {
    const combinator = promiseCombinator(node, context.bindings);
    if (combinator !== undefined)
      return printCombinator(node, combinator, context, (inner) => printNode(inner, context));
  }
  if (context.isMachine && ts.isObjectLiteralExpression(node) && node.properties.some(ts.isAccessor))
    return printWithAccessors(node, context, (inner) => printNode(inner, context));
  const ofSuper = printSuper(node, context);
  if (ofSuper !== undefined) return ofSuper;
  const printed = printChildren(node, context);
  if (ts.isExpressionStatement(node)) return separated(node, printed);
  return isFloatingCall(node) ? holdCall(node, printed, context.activation) : printed;
}

export function printName(
  node: ts.Identifier | ts.ThisExpression | ts.SuperExpression,
  context: PrintContext,
): Code {
  const binding = context.bindings.of.get(node);
  const at = node.getStart(context.source);
  if (ts.isIdentifier(node) && isTimerFunction(node, context.bindings))
    return code`${context.activation}.timer(${node.text})`;
  if (binding === undefined || context.isNative(binding))
    return [sourceText(node.getText(context.source), at)];
  const { isBoxed, isReadEarly, isConst, source } = binding;
  const isOwn = binding.owner === context.owner;
  const place = isOwn ? use(binding, at) : context.capture(binding);
  const box = isReadEarly ? cell(node, place, source, context) : place;
  if (isConst && isAssignmentTarget(node)) {
    return code`${context.activation}.constant(${isBoxed ? box : code`{ v: ${place} }`}).v`;
  }
  if (isBoxed) return isCallee(node) ? code`(0, ${box}.v)` : code`${box}.v`;
  return isCallee(node) && !isOwn ? code`(0, ${place})` : place;
}

/** A member of `super`, which the code of a method only has in its class; undefined for anything else. */
function printSuper(node: ts.Node, context: PrintContext): Code | undefined {
  if (ts.isCallExpression(node)) {
    const callee = unwrap(node.expression);
    const isMember = ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee);
    if (!isMember || !isSuperOfMethod(callee.expression, context)) return undefined;
    const args = [
      printName(callee.expression, context),
      ...node.arguments.map((argument) => printNode(argument, context)),
    ];
    return code`${printNode(callee, context)}.call(${joinCode(args, ', ')})`;
  }
  if (isSuper(node) && isSuperOfMethod(node, context))
    throw unsupported(node, 'an assignment to a member of `super`');
  const isMember = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  if (!isMember || !isSuperOfMethod(node.expression, context)) return undefined;
  if (isAssignmentTarget(node)) throw unsupported(node, 'an assignment to a member of `super`');
  const key = ts.isPropertyAccessExpression(node)
    ? JSON.stringify(node.name.text)
    : printNode(node.argumentExpression, context);
  return code`Reflect.get(Object.getPrototypeOf(${context.home ?? ''}), ${key}, ${printName(node.expression, context)})`;
}

function isSuperOfMethod(node: ts.Node, { bindings, home }: PrintContext): node is ts.SuperExpression {
  return isSuper(node) && home !== undefined && bindings.of.has(node);
}

/** What begins with a parenthesis would continue a statement before it that has no semicolon. */
function separated(node: ts.ExpressionStatement, printed: Code): Code {
  const isInList = ts.isBlock(node.parent) || ts.isCaseOrDefaultClause(node.parent);
  return isInList && firstText(printed).startsWith('(') ? code`;${printed}` : printed;
}

function firstText(given: Code): string {
  const [first] = given;
  if (first === undefined) return '';
  return typeof first === 'string' || 'kind' in first ? textOf(first) : firstText(first);
}

function cell(node: ts.Node, box: Code, name: string, { activation }: PrintContext): Code {
  const call = code`${activation}.cell(${box}, ${JSON.stringify(name)})`;
  return isUnderNew(node) ? code`(${call})` : call;
}

/** In `new a.b()`, a call in the place of `a` would be what is constructed. */
function isUnderNew(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent)) return parent.expression === node;
  const isMember = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
  return isMember && parent.expression === node && isUnderNew(parent);
}

/** A variable that is called becomes a member of something of ours, which must not be the `this` of the call. */
function isCallee(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (isUnderNew(node) && ts.isNewExpression(parent)) ||
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
  const key = isPrototype(node.name) ? `['__proto__']` : node.name.text;
  return code`${key}: ${value}${fallback}`;
}

function printChildren(node: ts.Node, context: PrintContext): Code {
  const { text } = context.source;
  const pieces: (Piece | Code)[] = [];
  let position = node.getStart(context.source);
  ts.forEachChild(node, (child) => {
    const start = child.getStart(context.source);
    if (start < position) return;
    if (start > position) pieces.push(sourceText(text.slice(position, start), position));
    pieces.push(printNode(child, context));
    position = child.end;
  });
  if (position < node.end) pieces.push(sourceText(text.slice(position, node.end), position));
  return pieces;
}

function verbatim(node: ts.Node, context: PrintContext): Code {
  const at = node.getStart(context.source);
  return [sourceText(context.source.text.slice(at, node.end), at)];
}

function refuse(node: ts.Node, context: PrintContext): void {
  if (node.kind === ts.SyntaxKind.SuperKeyword && isOfObject(node))
    throw unsupported(node, '`super` in a method of an object');
  if (!context.isMachine || ts.findAncestor(node, ts.isFunctionLike) !== context.owner) return;
  if (ts.isYieldExpression(node)) throw unsupported(node, '`yield`');
  if (ts.isAwaitExpression(node)) throw unsupported(node, 'an `await` in this place');
}

/** `new.target` where nothing can be constructed (ECMA-262 15.8.3). */
function isTargetOfAsync(node: ts.Node): boolean {
  if (!ts.isMetaProperty(node) || node.keywordToken !== ts.SyntaxKind.NewKeyword) return false;
  const holder = receiverHolder(node);
  return (
    holder !== undefined && (isFunctionNode(holder) || ts.isMethodDeclaration(holder)) && isAsync(holder)
  );
}

/** Methods of object literals become functions, in which there is no `super`. */
function isOfObject(node: ts.Node): boolean {
  const holder = receiverHolder(node);
  return holder !== undefined && ts.isObjectLiteralExpression(holder.parent);
}

export function printList(nodes: readonly ts.Node[], context: PrintContext): Code {
  return joinCode(
    nodes.map((node) => printNode(node, context)),
    ', ',
  );
}
