import { existsSync } from "node:fs";
import { join } from "node:path";

/** The `java` to use: that of JAVA_HOME when there is one. */
export function javaProgram(): string {
  const home = process.env.JAVA_HOME;
  const program = home ? join(home, "bin/java") : "java";
  return existsSync(program) ? program : "java";
}
