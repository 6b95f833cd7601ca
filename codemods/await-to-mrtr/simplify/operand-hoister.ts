import { ts } from '../../../engine/syntax/ts.ts';
import { hasNoEffect, isInert } from './inert-expression.ts';
import { nameOfAnswer, nameOfArgument } from './operand-names.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { unwrap } from '../../../engine/syntax/unwrap.ts';
import { lines, type Part } from './text-builder.ts';
import { testOf, variableType, variableTypeOf } from './value-types.ts';

/**
 * Takes suspensions out of an expression: each becomes a statement of its own, in front of which everything is evaluated
 * that the expression evaluates earlier, once and in the same order (ECMA-262 §13, operands from left to right).
 */
export class OperandHoister {
  /** The statements in front, in order. */
  readonly statements: Part[] = [];
  readonly #context: SimplifyContext;

  constructor(context: SimplifyContext) {
    this.#context = context;
  }

  /** The expression with variables in the place of its suspensions. */
  hoist(node: ts.Expression): Part {
    const { suspensions } = this.#context;
    if (!suspensions.isIn(node)) return node;
    const call = suspensions.awaitedBy(node);
    if (call !== undefined)
      return this.#keep(nameOfAnswer(call, this.#context), ['await ', this.awaitedCall(call)]);
    // A promise that is not awaited here is awaited elsewhere, perhaps with others.
    if (suspensions.isCall(node)) throw new NotSimplified();
    if (ts.isParenthesizedExpression(node)) {
      const inner = this.hoist(node.expression);
      return typeof inner === 'string' ? inner : ['(', inner, ')'];
    }
    if (ts.isPrefixUnaryExpression(node))
      return [ts.tokenToString(node.operator) ?? '', this.hoist(node.operand)];
    if (ts.isNonNullExpression(node)) return [this.hoist(node.expression), '!'];
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
      return [this.hoist(node.expression), ts.isAsExpression(node) ? ' as ' : ' satisfies ', node.type];
    if (ts.isPropertyAccessExpression(node))
      return [this.hoist(node.expression), node.questionDotToken === undefined ? '.' : '?.', node.name];
    if (ts.isElementAccessExpression(node) && node.questionDotToken === undefined)
      return this.#sequence([node.expression, node.argumentExpression], ['', '[', ']']);
    if (ts.isTemplateExpression(node)) return this.#template(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#call(node);
    if (ts.isArrayLiteralExpression(node)) return this.#list('[', node.elements, ']');
    if (ts.isObjectLiteralExpression(node)) return this.#object(node);
    if (ts.isSpreadElement(node)) return ['...', this.hoist(node.expression)];
    if (ts.isConditionalExpression(node)) return this.#conditional(node);
    if (ts.isBinaryExpression(node)) return this.#binary(node);
    if (ts.isAwaitExpression(node)) return ['await ', this.hoist(node.expression)];
    throw new NotSimplified();
  }

  /** The call of a suspension with arguments that mean the same when it is made again. */
  awaitedCall(call: ts.CallExpression): Part {
    const { isHelperCall, suspensions } = this.#context;
    const again = isHelperCall(call)
      ? call.arguments.findLastIndex((argument) => !hasNoEffect(argument, this.#context.checker))
      : -1;
    const last = Math.max(
      again,
      call.arguments.findLastIndex((argument) => suspensions.isIn(argument)),
    );
    if (last < 0) return call;
    if (suspensions.isIn(call.expression)) throw new NotSimplified();
    const args = call.arguments.map((argument, index) => {
      if (index > last || (isInert(argument, this.#context.checker) && !suspensions.isIn(argument)))
        return argument;
      return this.#spill(argument, nameOfArgument(call, index, this.#context.checker));
    });
    return [...calleeParts(call), '(', separated(args), ')'];
  }

  /** Evaluates an expression now, under a name, unless that makes no difference. */
  #spill(node: ts.Expression, name: string): Part {
    // What is spread is read now, not when its place in the list comes.
    if (ts.isSpreadElement(node))
      return ['...', this.#keep(name, ['[...', this.hoist(node.expression), ']'])];
    const value = this.hoist(node);
    if (isInert(node, this.#context.checker) && !this.#context.suspensions.isIn(node)) return value;
    if (typeof value === 'string') return value;
    return this.#keep(name, value);
  }

  #keep(base: string, value: Part): string {
    const name = this.#context.fresh(base);
    this.statements.push([`const ${name} = `, value, ';']);
    return name;
  }

  /** Operands evaluated one after the other, with text around them. */
  #sequence(operands: readonly ts.Expression[], texts: readonly string[]): Part {
    const last = operands.findLastIndex((operand) => this.#context.suspensions.isIn(operand));
    const parts = operands.map((operand, index): Part => {
      if (index > last) return operand;
      return index < last ? this.#spill(operand, 'value') : this.hoist(operand);
    });
    return parts.flatMap((part, index) => [texts[index] ?? '', part]).concat(texts[operands.length] ?? '');
  }

  #list(
    open: string,
    elements: readonly ts.Expression[],
    close: string,
    names?: (index: number) => string,
  ): Part {
    const last = elements.findLastIndex((element) => this.#context.suspensions.isIn(element));
    const parts = elements.map((element, index): Part => {
      if (index > last) return element;
      return index < last ? this.#spill(element, names?.(index) ?? 'value') : this.hoist(element);
    });
    return [open, separated(parts), close];
  }

  #template(node: ts.TemplateExpression): Part {
    const last = node.templateSpans.findLastIndex(({ expression }) =>
      this.#context.suspensions.isIn(expression),
    );
    const spans = node.templateSpans.map(({ expression, literal }, index): Part => {
      const value =
        index > last ? expression : index < last ? this.#spill(expression, 'value') : this.hoist(expression);
      return [value, literal];
    });
    return [node.head, ...spans];
  }

  #call(node: ts.CallExpression | ts.NewExpression): Part {
    const callee = node.expression;
    const args = node.arguments ?? ts.factory.createNodeArray<ts.Expression>();
    if (this.#context.suspensions.isIn(callee)) {
      if (args.some((argument) => this.#context.suspensions.isIn(argument)) || ts.isNewExpression(node))
        throw new NotSimplified();
      return [this.hoist(callee), ...calleeTail(node), '(', separated([...args]), ')'];
    }
    if (!isPath(callee)) throw new NotSimplified();
    const list = this.#list('(', [...args], ')', (index) =>
      nameOfArgument(node, index, this.#context.checker),
    );
    return [...calleeParts(node), list];
  }

  #object(node: ts.ObjectLiteralExpression): Part {
    const { suspensions } = this.#context;
    const last = node.properties.findLastIndex((property) => suspensions.isIn(property));
    const parts = node.properties.map((property, index): Part => {
      if (index > last || ts.isShorthandPropertyAssignment(property)) return property;
      if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name))
        throw new NotSimplified();
      const name = ts.isIdentifier(property.name) ? property.name.text : 'value';
      const { initializer } = property;
      const value = index < last ? this.#spill(initializer, name) : this.hoist(initializer);
      return ts.isIdentifier(property.name) && value === name ? name : [property.name, ': ', value];
    });
    return ['{ ', separated(parts), ' }'];
  }

  #conditional(node: ts.ConditionalExpression): Part {
    const condition = this.hoist(node.condition);
    const { suspensions, checker } = this.#context;
    if (!suspensions.isIn(node.whenTrue) && !suspensions.isIn(node.whenFalse))
      return [condition, ' ? ', node.whenTrue, ' : ', node.whenFalse];
    const type = this.#typeOf(node.whenTrue, checker.getTypeAtLocation(node.whenFalse), true);
    const name = this.#context.fresh(this.#nameFor(node));
    const branch = (value: ts.Expression): Part => this.#branch((inner) => [`${name} = `, inner, ';'], value);
    this.statements.push(
      [`let ${name}${type};`],
      [
        'if (',
        condition,
        ') ',
        { block: [branch(node.whenTrue)] },
        ' else ',
        { block: [branch(node.whenFalse)] },
      ],
    );
    return name;
  }

  #binary(node: ts.BinaryExpression): Part {
    const { left, right, operatorToken } = node;
    const { suspensions, checker } = this.#context;
    const operator = ts.tokenToString(operatorToken.kind) ?? '';
    const isShortCircuit = operator === '&&' || operator === '||' || operator === '??';
    if (
      operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      operatorToken.kind <= ts.SyntaxKind.LastAssignment
    )
      throw new NotSimplified();
    if (!suspensions.isIn(right)) return [this.hoist(left), ` ${operator} `, right];
    if (!isShortCircuit) return this.#sequence([left, right], ['', ` ${operator} `, '']);
    const first = this.hoist(left);
    const type = this.#typeOf(left, checker.getTypeAtLocation(right), false);
    const name = this.#context.fresh(this.#nameFor(right));
    const test = testOf(operator, name, [left], checker);
    this.statements.push([`let ${name}${type} = `, first, ';']);
    this.statements.push([
      `if (${test}) `,
      { block: [this.#branch((inner) => [`${name} = `, inner, ';'], right)] },
    ]);
    return name;
  }

  #branch(assign: (value: Part) => Part, value: ts.Expression): Part {
    const inner = new OperandHoister(this.#context);
    const last = assign(inner.whole(value));
    return lines([...inner.statements, last]);
  }

  /** Like `hoist`, but the suspension may stay where it is the whole expression. */
  whole(node: ts.Expression): Part {
    const call = this.#context.suspensions.awaitedBy(unwrap(node));
    return call === undefined ? this.hoist(node) : ['await ', this.awaitedCall(call)];
  }

  /** A variable that may take an answer is named like one. */
  #nameFor(node: ts.Node): string {
    const call = this.#context.suspensions.firstIn(node);
    return call === undefined ? 'value' : nameOfAnswer(call, this.#context);
  }

  #typeOf(first: ts.Expression, second: ts.Type, isRequired: boolean): string {
    if (!this.#context.isTyped) return '';
    const type = variableType(first, [second], this.#context.checker);
    if (type === undefined) throw new NotSimplified();
    if (type !== '' || !isRequired) return type;
    return variableTypeOf(first, this.#context.checker);
  }
}

function separated(parts: readonly Part[]): Part {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [', ', part]));
}

/** `a.b.c` and `this.a`: read without a call. */
export function isPath(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node))
    return node.questionDotToken === undefined && isPath(node.expression);
  return ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword;
}

function calleeParts(node: ts.CallExpression | ts.NewExpression): Part[] {
  return [ts.isNewExpression(node) ? 'new ' : '', node.expression, ...calleeTail(node)];
}

function calleeTail(node: ts.CallExpression | ts.NewExpression): Part[] {
  const optional = ts.isCallExpression(node) && node.questionDotToken !== undefined ? '?.' : '';
  const types =
    node.typeArguments === undefined
      ? ''
      : `<${node.typeArguments.map((type) => type.getText()).join(', ')}>`;
  return [optional, types];
}
