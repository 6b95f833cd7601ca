import { ts } from '../../engine/syntax/ts.ts';

/** Which classes of a program extend which. */
export class ClassHierarchy {
  readonly #bases = new Map<ts.ClassLikeDeclaration, ts.ClassLikeDeclaration>();

  constructor(files: readonly ts.SourceFile[], checker: ts.TypeChecker) {
    const visit = (node: ts.Node): void => {
      if (ts.isClassLike(node)) {
        const base = baseOf(node, checker);
        if (base !== undefined) this.#bases.set(node, base);
      }
      ts.forEachChild(node, visit);
    };
    for (const file of files) visit(file);
  }

  /** The classes above and below `holder`; of a base from a package only what its declarations show. */
  relativesOf(holder: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
    const below = [...this.#bases.keys()].filter((other) => this.#above(other).includes(holder));
    return [...this.#above(holder), ...below];
  }

  #above(holder: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
    const base = this.#bases.get(holder);
    return base === undefined ? [] : [base, ...this.#above(base)];
  }
}

function baseOf(node: ts.ClassLikeDeclaration, checker: ts.TypeChecker): ts.ClassLikeDeclaration | undefined {
  const extended = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  if (extended === undefined) return undefined;
  const symbol = checker.getTypeAtLocation(extended.expression).symbol as ts.Symbol | undefined;
  return symbol?.declarations?.find(ts.isClassLike);
}
