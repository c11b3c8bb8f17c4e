/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Of HTTP; 0 when there was no answer at all. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export type QueryValue = string | number | null | undefined | readonly string[];

/** @throws ApiError */
export async function getJson<T>(
  path: string,
  query: Readonly<Record<string, QueryValue>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const response = await asked(`${path}${queryText(query)}`, { ...(signal && { signal }) });
  return (await response.json()) as T;
}

/** @throws ApiError 401 for a token that is not known */
export async function signIn(token: string): Promise<void> {
  const body = JSON.stringify({ token });
  await asked("/v1/session", { method: "POST", body, headers: { "content-type": "application/json" } });
}

/** @throws ApiError */
export async function signOut(): Promise<void> {
  await asked("/v1/session", { method: "DELETE" });
}

export function threadPath(threadId: string): string {
  return `/v1/threads/${encodeURIComponent(threadId)}`;
}

export function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of typeof value === "object" ? value : [value]) parameters.append(name, String(one));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

async function asked(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "the server cannot be reached", { cause });
  });
  if (response.ok) return response;
  throw new ApiError(response.status, await messageOf(response));
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } };
    if (typeof error?.message === "string") return error.message;
  } catch {
    // No JSON of ours: something between answered.
  }
  return `the server answered ${response.status}`;
}
