/** Trees to closures. */
import { suggest } from "../base/suggest.js";
import { compileCall } from "./calls.js";
import { type Compiled, constantOf, type Evaluate, inWords, type Scope, type ValueKind } from "./compiled.js";
import { fieldValue } from "./fields.js";
import { compileMacro } from "./macros.js";
import { arithmetic, comparison, conditional, folded, logic, membership, negation } from "./operators.js";
import { ExpressionFault } from "./syntax/fault.js";
import { type Arithmetic, type Comparison, type Syntax, startOf } from "./syntax/syntax.js";
import { type ExpressionMap, type ExpressionValue, isList, isMap, kindOf } from "./values/value.js";

/** Throws ExpressionFault. */
export function compileSyntax(syntax: Syntax, scope: Scope): Compiled {
  const path = pathOf(syntax, scope);
  if (path !== undefined) return compileField(path, scope, startOf(syntax));
  switch (syntax.kind) {
    case "literal":
      return constantOf(syntax.value, kindOf(syntax.value) as ValueKind);
    case "name":
      return variable(scope.variables.get(syntax.name)!, scope);
    case "member":
      return compileMember(syntax, scope);
    case "index":
      return compileIndex(syntax, scope);
    case "call":
      return compileMacro(syntax, scope, compileSyntax) ?? compileFunction(syntax, scope);
    case "unary":
      return negation(syntax.operator, compileSyntax(syntax.operand, scope), startOf(syntax.operand));
    case "binary":
      return compileBinary(syntax, scope);
    case "logic": {
      const parts = syntax.parts.map((part) => compileSyntax(part, scope));
      return logic(syntax.operator, parts, syntax.parts.map(startOf));
    }
    case "choice": {
      const condition = compileSyntax(syntax.condition, scope);
      const [yes, no] = [compileSyntax(syntax.yes, scope), compileSyntax(syntax.no, scope)];
      return conditional(condition, yes, no, startOf(syntax.condition));
    }
    case "list":
      return compileList(syntax.items, scope);
    case "map":
      return compileMap(syntax.entries, scope);
  }
}

/**
 * The path of the field that a tree names, undefined when it names none: `user.id`, `items[0].name`, `event["odd
 * key"]`.
 */
function pathOf(syntax: Syntax, scope: Scope): string | undefined {
  if (syntax.kind === "name") {
    return !syntax.isQuoted && scope.variables.has(syntax.name) ? undefined : syntax.name;
  }
  if (syntax.kind === "member") {
    const path = pathOf(syntax.object, scope);
    return path === undefined ? undefined : `${path}.${syntax.name}`;
  }
  if (syntax.kind !== "index" || syntax.index.kind !== "literal") return undefined;
  const { value } = syntax.index;
  const isPlace = typeof value === "number" && Number.isInteger(value) && value >= 0;
  if (typeof value !== "string" && !isPlace) return undefined;
  const { object } = syntax;
  if (object.kind === "name" && object.name === "event" && !object.isQuoted && !scope.variables.has("event"))
    return String(value);
  const path = pathOf(object, scope);
  return path === undefined || value === "" ? path : `${path}.${value}`;
}

function compileField(path: string, scope: Scope, at: number): Compiled {
  const kind = scope.columns === undefined ? "any" : columnKind(path, scope.columns, at);
  const number = scope.fields.add(path);
  scope.used.set(path, number);
  return { kind, evaluate: (rows, row) => fieldValue(rows, number, row), field: { number, path } };
}

/** Throws ExpressionFault for a column that there is not: a condition on it would never hold, without a word. */
function columnKind(path: string, columns: ReadonlyMap<string, ValueKind>, at: number): ValueKind {
  const kind = columns.get(path);
  if (kind !== undefined) return kind;
  for (const [name, ofColumn] of columns) if (ofColumn === "any" && path.startsWith(`${name}.`)) return "any";
  const names = [...columns.keys()].filter((name) => !/^value_\d+$/.test(name));
  const alike = names.filter((name) => name.startsWith(`${path}_`));
  throw new ExpressionFault(at, `the results have no column "${path}"`, {
    suggestion: alike.length === 1 ? alike[0] : suggest(path, names),
    hint:
      names.length === 0
        ? "only aggregates have values here: count(where x > 1), p95(ms) and the like"
        : `the columns are ${names.join(", ")}`,
  });
}

function variable(slot: number, { locals }: Scope): Compiled {
  return { kind: "any", evaluate: () => locals[slot] };
}

function compileMember(syntax: Extract<Syntax, { kind: "member" }>, scope: Scope): Compiled {
  const { kind, evaluate } = compileSyntax(syntax.object, scope);
  const { name } = syntax;
  if (kind !== "any" && kind !== "map") {
    const reason = `.${name} looks into a map, and this is ${inWords(kind)}`;
    throw new ExpressionFault(syntax.at, reason, { hint: `a function is called with (): .${name}()` });
  }
  return { kind: "any", evaluate: (rows, row) => memberOf(evaluate(rows, row), name) };
}

function compileIndex(syntax: Extract<Syntax, { kind: "index" }>, scope: Scope): Compiled {
  const holder = compileSyntax(syntax.object, scope);
  const index = compileSyntax(syntax.index, scope);
  if (holder.kind !== "any" && holder.kind !== "list" && holder.kind !== "map")
    throw new ExpressionFault(
      syntax.at,
      `[ ] looks into a list or a map, and this is ${inWords(holder.kind)}`,
    );
  const evaluate: Evaluate = (rows, row) => {
    const value = holder.evaluate(rows, row);
    const place = index.evaluate(rows, row);
    if (isList(value)) return typeof place === "number" && place >= 0 ? value[place] : undefined;
    return typeof place === "string" ? memberOf(value, place) : undefined;
  };
  return { kind: "any", evaluate };
}

function memberOf(value: ExpressionValue | undefined, name: string): ExpressionValue | undefined {
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function compileFunction(syntax: Extract<Syntax, { kind: "call" }>, scope: Scope): Compiled {
  const all = syntax.target === undefined ? syntax.args : [syntax.target, ...syntax.args];
  const args = all.map((arg) => compileSyntax(arg, scope));
  return compileCall(syntax, args, all.map(startOf), scope);
}

function compileBinary(syntax: Extract<Syntax, { kind: "binary" }>, scope: Scope): Compiled {
  const { operator, at } = syntax;
  const left = compileSyntax(syntax.left, scope);
  const right = compileSyntax(syntax.right, scope);
  if (operator === "in") return membership(left, right, at);
  return COMPARISONS.has(operator)
    ? comparison(operator as Comparison, left, right, at)
    : arithmetic(operator as Arithmetic, left, right, at);
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

function compileList(items: readonly Syntax[], scope: Scope): Compiled {
  const parts = items.map((item) => compileSyntax(item, scope));
  const evaluate: Evaluate = (rows, row) => {
    const list: ExpressionValue[] = [];
    for (const part of parts) {
      const value = part.evaluate(rows, row);
      if (value === undefined) return undefined;
      list.push(value);
    }
    return list;
  };
  return folded({ kind: "list", evaluate }, parts);
}

function compileMap(entries: readonly (readonly [Syntax, Syntax])[], scope: Scope): Compiled {
  const parts = entries.map(([key, value]) => {
    if (key.kind !== "literal" || typeof key.value !== "string")
      throw new ExpressionFault(startOf(key), "the keys of a map are strings", {
        hint: 'write it like {"a": 1}',
      });
    return [key.value, compileSyntax(value, scope).evaluate] as const;
  });
  const evaluate: Evaluate = (rows, row): ExpressionMap | undefined => {
    const map: Record<string, ExpressionValue> = Object.create(null);
    for (const [key, part] of parts) {
      const value = part(rows, row);
      if (value === undefined) return undefined;
      map[key] = value;
    }
    return map;
  };
  return { kind: "map", evaluate };
}
