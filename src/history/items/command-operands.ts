/** Which arguments of a command are operands, and which are flags or values of flags (reduction §10). */

export type Args = readonly string[];

const CONNECTORS: ReadonlySet<string> = new Set(["&&", "||", "|", ";"]);

export function isConnector(word: string): boolean {
  return CONNECTORS.has(word);
}

export function beforeConnector(args: Args): Args {
  const end = args.findIndex(isConnector);
  return end === -1 ? args : args.slice(0, end);
}

export function isFlag(arg: string): boolean {
  return arg.startsWith("-");
}

export interface Operands {
  readonly operands: readonly string[];
  /** The flags that take the next argument as their value, and these values. */
  readonly values: readonly { readonly flag: string; readonly value: string | undefined }[];
}

/** After `--` every argument is an operand, whatever it looks like. */
export function sorted(args: Args, flagsWithValue: Args): Operands {
  const operands: string[] = [];
  const values: { flag: string; value: string | undefined }[] = [];
  const rest = args.values();
  for (const arg of rest) {
    if (arg === "--") operands.push(...rest);
    else if (flagsWithValue.includes(arg)) values.push({ flag: arg, value: rest.next().value });
    else if (!isFlag(arg)) operands.push(arg);
  }
  return { operands, values };
}

export function operands(args: Args, flagsWithValue: Args = []): readonly string[] {
  return sorted(args, flagsWithValue).operands;
}

/** The operands up to the first connector, without those after `--` that look like flags. */
export function names(args: Args, flagsWithValue: Args): readonly string[] {
  return operands(beforeConnector(args), flagsWithValue).filter((operand) => !isFlag(operand));
}
