import { h, type JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError, signIn } from "./api.ts";

/** Asks for a token, which the browser then keeps in a cookie that scripts cannot read. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: () => void }): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(String(new FormData(form).get("token") ?? ""));
      onSignedIn();
    } catch (error) {
      const isWrong = error instanceof ApiError && error.status === 401;
      setProblem(isWrong ? "This token is not known." : error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) void submit(event.currentTarget);
  };
  return h(
    "form",
    { class: "sign-in", onSubmit },
    h("h1", null, "Sign in"),
    h("p", { class: "faint" }, "The threads of this server are shown to those who have a token."),
    h("label", { for: "token" }, "Token"),
    h("input", {
      id: "token",
      name: "token",
      type: "password",
      required: true,
      autocomplete: "current-password",
      autofocus: true,
      "aria-invalid": problem !== null,
      "aria-describedby": "sign-in-problem",
    }),
    h("p", { id: "sign-in-problem", class: "problem-text", role: "alert" }, problem),
    h("button", { class: "primary", disabled: isBusy }, isBusy ? "One moment…" : "Sign in"),
  );
}
