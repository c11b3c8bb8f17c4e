/** Counts what holds, and keeps what does not: what is wrong, where, and what to do. */
export class Checks {
  readonly problems: string[] = [];
  #passed = 0;

  get passed(): number {
    return this.#passed;
  }

  /** `wrong` and `remedy` are said when `holds` is false. */
  expect(holds: boolean, where: string, wrong: string, remedy: string): void {
    if (holds) this.#passed += 1;
    else this.problems.push(`${where}: ${wrong}. ${remedy}.`);
  }
}
